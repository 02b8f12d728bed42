"""Whether a value breaks the bounds that its field states (dateline/options/v1/field.proto), apart from the program's own checker."""

import re

from google.protobuf.descriptor import FieldDescriptor as F

# By the names of dateline.options.v1.Characters.
CHARACTERS = {
    "CHARACTERS_LINE": re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*"),
    "CHARACTERS_TOKEN": re.compile(r"[!-~]*"),
    "CHARACTERS_IDENTIFIER": re.compile(r"[A-Za-z0-9_.:-]*"),
    "CHARACTERS_SLUG": re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"),
    "CHARACTERS_HEX": re.compile(r"[0-9a-f]*"),
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
ID = r"[a-z0-9][a-z0-9-]{0,62}"
INTEGERS = {F.CPPTYPE_INT32: "int32", F.CPPTYPE_INT64: "int64", F.CPPTYPE_UINT32: "uint32", F.CPPTYPE_UINT64: "uint64"}


def breaks_text(rules, text):
    if not text:
        return False
    if CONTROL.search(text):
        return True
    kind = rules.DESCRIPTOR.fields_by_name["characters"].enum_type.values_by_number[rules.characters].name
    if kind in CHARACTERS and not CHARACTERS[kind].fullmatch(text):
        return True
    if (rules.HasField("max_len") and len(text) > rules.max_len or len(text) < rules.min_len
            or rules.HasField("max_bytes") and len(text.encode()) > rules.max_bytes):
        return True
    if rules.resource:
        return not any(re.fullmatch(resource(form), text) for form in rules.resource)
    if getattr(rules, "in"):
        return text not in getattr(rules, "in")
    return breaks_well_known(rules, text)


def resource(form):
    """The regular expression of a collection, or of a pattern of collections and `{id}`."""
    return "/".join(ID if part.startswith("{") else part for part in (form if "/" in form else form + "/{id}").split("/"))


def breaks_well_known(rules, text):
    """Only what is plain: the forms have tests of their own beside the checker."""
    size = len(text.encode())
    if rules.uri:
        return size > 2048 or not re.match(r"https?://[^/?#]", text, re.IGNORECASE) or bool(re.search(r"[\x00-\x20\x7f]", text))
    if rules.path:
        return size > 1024 or text[0] != "/"
    return (rules.language and size > 35 or rules.time_zone and size > 64 or rules.media_type and size > 255)


def breaks_integer(rules, value):
    return rules.HasField("gte") and value < rules.gte or rules.HasField("lte") and value > rules.lte


def breaks(rules, field, value):
    """Whether `value`, of the field or of one item of it, is out of its bounds. What has its type's default is unset."""
    if field.type == F.TYPE_BYTES:
        return bool(value) and (rules.bytes.HasField("max_len") and len(value) > rules.bytes.max_len or len(value) < rules.bytes.min_len)
    if field.type == F.TYPE_STRING:
        return breaks_text(rules.string, value)
    if field.cpp_type in INTEGERS and value != 0:
        return breaks_integer(getattr(rules, INTEGERS[field.cpp_type]), value)
    return False
