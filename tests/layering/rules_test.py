#!/usr/bin/env python3
"""Every rule must catch its breach and let the right code pass."""

import unittest

import rules

GUARDED = "#ifndef DATELINE_COMMON_BASE_X_H_\n#define DATELINE_COMMON_BASE_X_H_\n#endif\n"

# (rule, path, text)
BAD = [
    ("services_do_not_include_each_other", "services/query/replica/a.cc", '#include "services/catalog/store/b.h"\n'),
    ("services_do_not_include_each_other", "services/cli/a.cc", '#include "services/ingestion/store/b.h"\n'),
    ("services_do_not_include_each_other", "common/base/a.cc", '#include "services/catalog/store/b.h"\n'),
    ("services_do_not_include_each_other", "services/query/follow/a.cc", '#include "services/catalog/testing/fake_b.h"\n'),
    ("services_do_not_include_each_other", "services/query/follow/a_test.cc", '#include "services/catalog/feed/b.h"\n'),
    ("services_do_not_include_each_other", "services/catalog/feed/a_test.cc", '#include "services/query/testing/fake_b.h"\n'),
    ("third_parties_stay_in_their_folders", "services/catalog/service/a.cc", "#include <pqxx/pqxx>\n"),
    ("third_parties_stay_in_their_folders", "services/catalog/service/handlers.cc", "#include <grpcpp/grpcpp.h>\n"),
    ("third_parties_stay_in_their_folders", "services/query/replica/a.cc",
     '#include "dateline/catalog/v1/catalog_service.grpc.pb.h"\n'),
    ("third_parties_stay_in_their_folders", "services/query/service/a.cc", "#include <lmdb.h>\n"),
    ("third_parties_stay_in_their_folders", "services/query/replica/a.cc", "#include <xapian.h>\n"),
    ("third_parties_stay_in_their_folders", "common/html/a.cc", "#include <libxml/parser.h>\n"),
    ("third_parties_stay_in_their_folders", "services/ingestion/pipeline/a.cc", "#include <gumbo.h>\n"),
    ("third_parties_stay_in_their_folders", "services/ingestion/poll/a.cc", "#include <curl/curl.h>\n"),
    ("third_parties_stay_in_their_folders", "services/ingestion/poll/a.cc", "#include <spdlog/spdlog.h>\n"),
    ("database_and_rpc_do_not_know_each_other", "common/pg/a.cc", '#include "common/rpc/unary.h"\n'),
    ("database_and_rpc_do_not_know_each_other", "common/rpc/a.cc", '#include "common/pg/pool.h"\n'),
    ("doubles_are_for_tests", "services/catalog/service/a.cc", '#include "common/testing/cluster.h"\n'),
    ("doubles_are_for_tests", "services/catalog/service/a.cc", '#include "services/catalog/store/fake_store.h"\n'),
    ("concrete_stores_are_named_by_wiring_only", "services/catalog/service/handlers.cc",
     '#include "services/catalog/store/postgres_store.h"\n'),
    ("sql_stays_with_the_stores", "services/catalog/service/a.cc", 'Run("SELECT 1");\n'),
    ("sql_stays_with_the_stores", "services/catalog/service/a.cc", 'Run(R"(\nUPDATE catalog.topics SET x = 1)");\n'),
    ("articles_have_one_writer", "services/catalog/store/log/postgres_a.cc", 'Run("UPDATE catalog.articles SET x = 1");\n'),
    ("articles_have_one_writer", "services/catalog/store/postgres_a.cc", 'Run("DELETE FROM catalog.origins");\n'),
    ("articles_have_one_writer", "services/catalog/store/articles/postgres_a.cc", 'Run("DELETE FROM catalog.paths");\n'),
    ("environment_is_read_by_config_only", "services/catalog/service/a.cc", 'std::getenv("HOME");\n'),
    ("environment_is_read_by_config_only", "common/http/a.cc", "ABSL_FLAG(int, x, 1, \"\");\n"),
    ("files_stay_short", "common/base/a.cc", "\n" * 401),
    ("header_guards_follow_the_path", "common/base/x.h", "#pragma once\n"),
    ("header_guards_follow_the_path", "common/base/y.h", GUARDED),
    ("locks_are_annotated_standard_ones", "common/base/a.cc", "absl::Mutex mutex;\n"),
    ("views_are_cut_without_throwing", "common/html/a.cc", "rest = text.substr(i);\n"),
    ("views_are_cut_without_throwing", "services/ingestion/decode/a.cc", "rest = text->substr(\n    i + 1, 0);\n"),
    ("views_are_cut_without_throwing", "services/ingestion/tag/a.h", "text.substr(offset, 4);\n"),
    ("no_paths_of_one_machine", "README.md", "see /hom" + "e/me/notes\n"),
    ("no_paths_of_one_machine", "deploy/local/up", "cp x /wor" + "k/main\n"),
    ("cmake_links_what_the_folder_may_use", "services/query/service/CMakeLists.txt", "DEPS PkgConfig::LMDB)\n"),
    ("cmake_links_what_the_folder_may_use", "services/query/service/CMakeLists.txt", "DEPS catalog_store)\n"),
    ("cmake_links_what_the_folder_may_use", "services/query/follow/CMakeLists.txt", "DEPS catalog_testing_server)\n"),
    ("cmake_links_what_the_folder_may_use", "services/query/testing/CMakeLists.txt", "DEPS catalog_feed)\n"),
    ("cmake_links_what_the_folder_may_use", "common/base/CMakeLists.txt", "DEPS catalog_store)\n"),
    ("cmake_links_what_the_folder_may_use", "services/cli/CMakeLists.txt", "DEPS query_replica)\n"),
]

GOOD = [
    ("services/catalog/store/articles/postgres_a.cc", 'Run("INSERT INTO catalog.articles (key) SELECT 1");\n'),
    ("services/catalog/store/log/postgres_a.cc", 'Run("SELECT 1 FROM catalog.articles FOR UPDATE");\n'),
    ("services/cli/commands/a.cc", '#include "services/ingestion/pipeline/inspect.h"\n'),
    ("services/query/testing/query_test_fixture.h",
     "#ifndef DATELINE_SERVICES_QUERY_TESTING_QUERY_TEST_FIXTURE_H_\n#define DATELINE_SERVICES_QUERY_TESTING_QUERY_TEST_FIXTURE_H_\n"
     '#include "services/catalog/testing/fake_b.h"\n#endif\n'),
    ("services/query/follow/a_test.cc", '#include "services/catalog/testing/fake_b.h"\n'),
    ("services/query/testing/CMakeLists.txt", "DEPS catalog_testing_server)\n"),
    ("services/cli/CMakeLists.txt", "DEPS cli_client ingestion_pipeline)\n"),
    ("services/catalog/store/postgres_topics.cc", '#include <pqxx/pqxx>\nRun("SELECT 1");\n'),
    ("services/catalog/service/catalog_service.cc", "#include <grpcpp/grpcpp.h>\n"),
    ("services/query/client/catalog_client.cc", '#include "dateline/catalog/v1/catalog_service.grpc.pb.h"\n'),
    ("services/catalog/catalog_server.cc", '#include "services/catalog/store/postgres_store.h"\n'),
    ("services/catalog/store/store_pgtest.cc", '#include "common/testing/cluster.h"\n#include <pqxx/pqxx>\n'),
    ("services/query/main.cc", 'std::getenv("DATELINE_QUERY");\n'),
    ("services/query/service/a.cc", '// Choose what to select.\nLog("selected from the list");\n'),
    ("services/query/replica/CMakeLists.txt", "HEADERS catalog_feed.h DEPS PkgConfig::LMDB query_client)\n"),
    ("common/base/x.h", GUARDED),
    ("common/base/mutex.cc", "std::mutex mutex;  // not absl::Mutex\n"),
    ("common/html/a.cc", "text.substr(0, n);\nabsl::ClippedSubstr(text, i);  // not text.substr(i)\n"),
    ("common/html/a_test.cc", "text.substr(3);\n"),
    ("common/rpc/a.cc", "text.substr(3);\n"),
    ("README.md", "see https://example.org/hom" + "e/page and ./wor" + "k/x\n"),
]


class RulesTest(unittest.TestCase):

    def test_each_breach_is_caught_by_its_rule(self):
        for name, path, text in BAD:
            with self.subTest(rule=name, path=path, text=text[:60]):
                self.assertTrue(list(getattr(rules, name)(path, text)))

    def test_every_rule_has_a_breach(self):
        self.assertEqual({rule.__name__ for rule in rules.ALL}, {name for name, _, _ in BAD})

    def test_right_code_passes(self):
        for path, text in GOOD:
            with self.subTest(path=path):
                self.assertEqual(rules.breaches(path, text), [])

    def test_lines_are_named(self):
        self.assertEqual(rules.breaches("common/base/a.cc", "\n\nabsl::Mutex m;\n")[0].split(" ")[0], "common/base/a.cc:3:")


if __name__ == "__main__":
    unittest.main()
