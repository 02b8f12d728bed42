"""Kinds of input, each a function from a valid request to bytes on the wire, with the codes that may answer it."""

import dataclasses

from google.protobuf.descriptor import FieldDescriptor as F

import rules as bounds

ANY_REFUSAL = {"INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION", "ALREADY_EXISTS", "OUT_OF_RANGE", "ABORTED"}
REFUSED = {"INVALID_ARGUMENT"}
ANY = ANY_REFUSAL | {"OK"}
FORGED = {"INVALID_ARGUMENT", "FAILED_PRECONDITION", "NOT_FOUND"}
INTEGERS = {F.CPPTYPE_INT32: (-2**31, -1, 0, 2**31 - 1), F.CPPTYPE_INT64: (-2**63, -1, 0, 2**63 - 1),
            F.CPPTYPE_UINT32: (0, 2**32 - 1), F.CPPTYPE_UINT64: (0, 2**64 - 1)}
TEXTS = {
    "control": ("a\0b", "\x01", "topics/a\x7f", "a\nb\r", "\0\0\0\0\0\0\0\0\0\0", "/a\0\0\0\0\0\0\0\0\0\1", "\u0085"),
    "bidi": ("\u202eabc", "topics/\u2066x", "a\u200fb"),
    "odd": ("/", "..", "topics/../x", "topics/", "%00", "<script>", "' OR 1=1 --", "\U0010ffff" * 10, " ", "topics/" + "a" * 70,
            "/proc/self/fd/./2", "AND AND", "(" * 500, "https://[", "-1", "\ufeff"),
    "huge": ("x" * 2**20, "\u00e9" * 2**19, "<" * 256_000),
}
# Longer than every window that a decoder or parser looks at; the largest still fits a message.
DOCUMENTS = (b"", b"x" * 70_000, b"a,b,c\n" * 12_000, b"<" * 256_000, b"word " * 1_400_000, b"\0" * 70_000, b"\xff\xfe" + b"a\0" * 40_000,
             b"<rss><channel>" + b"<item>" * 20_000, b"<a>" * 100_000, b"{" * 100_000, b"[" * 100_000, b"<html><body>" + b"<div>" * 50_000,
             b"<?xml version='1.0' encoding='none'?>" + b"y" * 70_000)
# How positions and page tokens are called.
TOKENS = {"page_token", "min_position", "position", "token", "from_position", "sync_token"}


@dataclasses.dataclass(frozen=True)
class Input:
    kind: str
    data: bytes
    allowed: frozenset
    what: str


def is_repeated(field):
    return field.label == F.LABEL_REPEATED


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def holder(message, path):
    """The message that has the last field of the path, made where it is absent."""
    for field in path[:-1]:
        message = getattr(message, field.name)
        if is_repeated(field):
            message = message[0] if message else message.add()
        else:
            message.SetInParent()
    return message


def put(message, path, value):
    field = path[-1]
    target = holder(message, path)
    if is_repeated(field):
        del getattr(target, field.name)[:]
        getattr(target, field.name).extend([value])
    else:
        setattr(target, field.name, value)


def name_of(path):
    return ".".join(field.name for field in path)


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def delimited(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def on_wire(path, data):
    """A length-delimited value at a path, as bytes behind a request: it is merged into it."""
    for field in reversed(path):
        data = delimited(field.number, data)
    return data


def holds(rules, field, value):
    """The codes for a value: it is refused if it breaks the bounds of its field."""
    rules = rules.repeated.items if is_repeated(field) else rules
    return frozenset(REFUSED if bounds.breaks(rules, field, value) else ANY)


def with_value(request, path, value):
    copy = type(request)()
    copy.CopyFrom(request)
    put(copy, path, value)
    return copy.SerializeToString()


def texts(request, path, rules, random):
    for kind, choices in TEXTS.items():
        value = random.choice(choices)
        yield Input(kind, with_value(request, path, value), holds(rules, path[-1], value),
                    f"{name_of(path)} = {value[:40]!r} ({len(value)} characters)")
    yield Input("bad utf-8", request.SerializeToString() + on_wire(path, b"a\xff\xfe"), frozenset(REFUSED), f"{name_of(path)} = a\\xff\\xfe")
    if path[-1].name in TOKENS:
        for value in ("forged", "AAAA" * 20, "CAESBA"):
            yield Input("forged token", with_value(request, path, value), frozenset(FORGED), f"{name_of(path)} = {value!r}")


def numbers(request, path, rules):
    if path[-1].name == "page_size":
        for value in (0, 1, 2**31 - 1):
            yield Input("page size", with_value(request, path, value), frozenset({"OK"}), f"{name_of(path)} = {value}")
    for value in INTEGERS[path[-1].cpp_type]:
        yield Input("integer", with_value(request, path, value), holds(rules, path[-1], value), f"{name_of(path)} = {value}")


def documents(request, path, rules):
    for value in DOCUMENTS:
        yield Input("document", with_value(request, path, value), holds(rules, path[-1], value),
                    f"{name_of(path)} = {value[:40]!r} ({len(value)} bytes)")


def enums(request, path):
    for value in (99, 2**31 - 1, -1):
        yield Input("unknown enum", with_value(request, path, value), frozenset(REFUSED), f"{name_of(path)} = {value}")


def many(request, path, rules, random):
    """A list of 100,000, or as many as a message holds."""
    field = path[-1]
    count = random.choice((1_000, 10_000, 100_000))
    element = b""
    if field.cpp_type == F.CPPTYPE_STRING:
        element = random.choice((b"", b"topics/a", b"x", b"a" * 60)) if field.type == F.TYPE_STRING else b"\0"
    elif field.cpp_type != F.CPPTYPE_MESSAGE:
        return
    body = delimited(field.number, element) * count
    if len(path) > 1:
        body = on_wire(path[:-1], body)
    most = rules.map.max_pairs if is_map(field) else rules.repeated.max_items
    # The pairs of a map without a key are one pair.
    broken = most and not is_map(field) and count > most
    yield Input("many items", request.SerializeToString() + body, frozenset(REFUSED if broken else ANY),
                f"{name_of(path)}: {count} times {element!r}")


def times(request, path):
    for type_name, value in (("google.protobuf.Timestamp", b"\x08" + varint(2**62) + b"\x10" + varint(2**31 - 1)),
                             ("google.protobuf.Duration", b"\x08" + varint(2**62)), ("google.protobuf.Duration", b"\x08" + varint(2**64 - 5))):
        if path[-1].message_type.full_name == type_name:
            yield Input("time out of range", request.SerializeToString() + on_wire(path, value), frozenset(REFUSED), name_of(path))


def of_field(request, path, rules, random):
    """Inputs that differ from a valid request in one field, whose bounds are `rules`."""
    field = path[-1]
    if is_repeated(field):
        yield from many(request, path, rules, random)
    if is_map(field):
        return
    if field.type == F.TYPE_STRING:
        yield from texts(request, path, rules, random)
    elif field.type == F.TYPE_BYTES:
        yield from documents(request, path, rules)
    elif field.cpp_type in INTEGERS:
        yield from numbers(request, path, rules)
    elif field.cpp_type == F.CPPTYPE_ENUM:
        yield from enums(request, path)
    elif field.cpp_type == F.CPPTYPE_MESSAGE:
        yield Input("malformed", request.SerializeToString() + on_wire(path, b"\xff\xff"), frozenset(REFUSED), f"{name_of(path)}: no message")
        yield from times(request, path)


def of_bytes(request, refuses_unknown, random):
    """Inputs that differ from a valid request on the wire."""
    data = request.SerializeToString()
    # A valid call stays one where it is not refused.
    unknown = frozenset(REFUSED if refuses_unknown else {"OK"})
    yield Input("empty", b"", frozenset(ANY), "no bytes")
    yield Input("malformed", b"\xff" * 30, frozenset(REFUSED), "30 times ff")
    yield Input("malformed", data + b"\x0a\xff\xff\xff\x0f", frozenset(REFUSED), "a length beyond the end")
    yield Input("deep nesting", data + b"\x93\x7d" * 100_000, frozenset(REFUSED), "100,000 groups that begin")
    yield Input("unknown field", data + delimited(19_999, b"x" * 1000), unknown, "field 19999")
    yield Input("unknown fields", data + delimited(19_999, b"") * 200_000, unknown, "field 19999, 200,000 times")
    if data:
        for _ in range(3):
            broken = bytearray(data)
            for _ in range(random.randint(1, 4)):
                broken[random.randrange(len(broken))] = random.randrange(256)
            yield Input("flipped bytes", bytes(broken), frozenset(ANY), bytes(broken)[:60].hex())
        yield Input("cut", data[:random.randrange(len(data))], frozenset(ANY), "cut")
