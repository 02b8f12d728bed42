#!/usr/bin/env python3
"""The same option of a read has the same name, type and bounds in every method of QueryService (design.md, section 3)."""

import pathlib
import sys
import unittest

from google.protobuf import descriptor_pb2

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fuzz" / "methods"))
import contract  # noqa: E402

CONTENT, QUERY, GOOGLE = "dateline.content.v1.", "dateline.query.v1.", "google.protobuf."
# What a method asks for, beside the options that reads share. A new field is named here only if it is no option under another name.
OWN_FIELDS = {"article", "counts", "format", "highlight", "include_descendants", "kind", "name", "names", "order", "parent", "path", "position",
              "prefix", "publication", "query", "request_id", "self_url", "sync_token", "topic", "window"}
# By name: the type, with * for a repeated field.
REQUEST = {
    "filter": QUERY + "ArticleFilter", "view": CONTENT + "ArticleView", "read_mask": GOOGLE + "FieldMask", "include": QUERY + "Include",
    "languages": "string*", "fold_clusters": "bool", "teaser_words": "int32", "page_size": "int32", "page_token": "string",
    "min_position": "string", "as_of": GOOGLE + "Timestamp", "if_none_match": "string", "total": QUERY + "TotalMode",
}
RESPONSE = {
    "position": "string", "read_time": GOOGLE + "Timestamp", "etag": "string", "max_age": GOOGLE + "Duration", "next_page_token": "string",
    "previous_page_token": "string", "total": QUERY + "Total", "topics": CONTENT + "Topic*", "authors": CONTENT + "Author*",
    "publications": CONTENT + "Publication*", "articles": CONTENT + "Article*",
}
# Types that mean one option only.
ONE_NAME = {kind: name for name, kind in REQUEST.items() if "." in kind}
# Not reads of the copy's articles and names: how the server is, and what readers report.
NO_READS = {"GetStatus", "ReportReads"}
# A watch tells the position that it begins at and takes one as its start, without waiting for it.
NO_MIN_POSITION = NO_READS | {"WatchArticles"}
# Counts of a status have names of their own.
OWN_NAMES = {"GetStatus"}


def type_of(field):
    scalar = descriptor_pb2.FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    kind = (field.message_type or field.enum_type).full_name if field.message_type or field.enum_type else scalar
    return kind + ("*" if field.label == field.LABEL_REPEATED else "")


class SameNamesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.contract = contract.load()
        cls.reads = [method for method in cls.contract.methods if method.service == "dateline.query.v1.QueryService"]

    def test_the_service_is_found(self):
        self.assertIn("ListArticles", [method.name for method in self.reads])

    def test_a_name_has_one_type(self):
        for method in self.reads:
            for message, types in ((method.request, REQUEST), (method.response, RESPONSE)):
                for field in message.DESCRIPTOR.fields:
                    if field.name in types and method.name not in OWN_NAMES:
                        with self.subTest(field=field.full_name):
                            self.assertEqual(type_of(field), types[field.name])

    def test_a_type_has_one_name(self):
        for method in self.reads:
            for field in method.request.DESCRIPTOR.fields:
                if type_of(field) in ONE_NAME:
                    with self.subTest(field=field.full_name):
                        self.assertEqual(field.name, ONE_NAME[type_of(field)])

    def test_every_field_of_a_request_is_known(self):
        fields = {field.name for method in self.reads for field in method.request.DESCRIPTOR.fields}
        self.assertEqual(fields, set(REQUEST) | OWN_FIELDS)

    def test_a_name_has_one_bound(self):
        bounds = {}
        for method in self.reads:
            for field in method.request.DESCRIPTOR.fields:
                if field.name in REQUEST:
                    bounds.setdefault(field.name, {}).setdefault(str(self.contract.rules(field)), []).append(field.full_name)
        for name, fields in bounds.items():
            with self.subTest(name=name):
                self.assertEqual(len(fields), 1, fields)

    def test_what_belongs_together_stands_together(self):
        for method in self.reads:
            asked = set(method.request.DESCRIPTOR.fields_by_name)
            told = set(method.response.DESCRIPTOR.fields_by_name)
            with self.subTest(method=method.name):
                if method.name not in NO_READS:
                    self.assertLessEqual({"position", "read_time"}, told)
                if method.name not in NO_MIN_POSITION:
                    self.assertIn("min_position", asked)
                self.assertEqual("if_none_match" in asked, "etag" in told)
                self.assertEqual("etag" in told, "max_age" in told)
                self.assertEqual("page_token" in asked, "next_page_token" in told)
                if "page_token" in asked:
                    self.assertIn("page_size", asked)
                if "include" in asked:
                    self.assertLessEqual({"topics", "authors", "publications"}, told)
                # What chooses a view can choose fields; a rendered feed has no fields.
                if "view" in asked and method.name != "RenderFeed":
                    self.assertIn("read_mask", asked)


if __name__ == "__main__":
    unittest.main(verbosity=1)
