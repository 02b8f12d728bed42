#ifndef DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_TAKEDOWN_TEST_BASE_H_
#define DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_TAKEDOWN_TEST_BASE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"
#include "services/catalog/testing/upsert_builder.h"

namespace dateline::catalog {

inline constexpr char kMarker[] = "quetzalcoatlus";

// A catalog with articles of which every place that can hold text holds kMarker.
class TakedownTest : public ::testing::Test {
 protected:
  TakedownTest()
      : database_(dateline::testing::PostgresCluster::Shared().NewDatabase()),
        catalog_(ConnInfo("dateline_catalog")) {
    EXPECT_THAT(catalog_.CreatePublication(), dateline::testing::IsOk());
    EXPECT_THAT(catalog_.CreateTopic("energy", &start_), dateline::testing::IsOk());
  }

  std::string ConnInfo(const std::string& role) const {
    return dateline::testing::PostgresCluster::Shared().ConnInfo(database_, role);
  }

  // Runs SQL as the owner, outside of transactions; the first column.
  std::vector<std::string> Sql(const std::string& sql) {
    pqxx::connection connection(ConnInfo("dateline"));
    pqxx::nontransaction work(connection);
    std::vector<std::string> values;
    for (const pqxx::row& row : work.exec(sql)) {
      values.emplace_back(row.empty() || row[0].is_null() ? "" : row[0].c_str());
    }
    return values;
  }

  // "table.column" of every text and bytea in the catalog's schema that holds `text`.
  std::vector<std::string> PlacesOf(const std::string& text) {
    std::vector<std::string> places;
    for (const std::string& place :
         Sql("SELECT quote_ident(c.relname) || '.' || quote_ident(a.attname) FROM pg_attribute a "
             "JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'catalog'::regnamespace "
             "AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped "
             "AND a.atttypid IN ('text'::regtype, 'bytea'::regtype)")) {
      const std::string table = place.substr(0, place.find('.'));
      const std::string column = place.substr(place.find('.') + 1);
      const auto found = Sql(absl::StrCat(
          "SELECT count(*) FROM catalog.", table, " WHERE position(convert_to('", text,
          "', 'UTF8') IN CASE pg_typeof(", column, ")::text WHEN 'bytea' THEN ", column,
          "::text::bytea ELSE convert_to(", column, "::text, 'UTF8') END) > 0"));
      if (found.at(0) != "0") places.push_back(place);
    }
    return places;
  }

  v1::BatchUpsertArticlesResponse Deliver(const testing::UpsertBuilder& batch) {
    v1::BatchUpsertArticlesResponse response;
    EXPECT_THAT(
        catalog_.Call(&v1::IntakeService::Stub::BatchUpsertArticles, batch.request(), &response),
        dateline::testing::IsOk());
    return response;
  }

  v1::ArticleRecord Get(const std::string& name) {
    v1::GetArticleRequest request;
    request.set_name(name);
    v1::GetArticleResponse response;
    EXPECT_THAT(catalog_.Call(&v1::CatalogService::Stub::GetArticle, request, &response),
                dateline::testing::IsOk());
    return response.record();
  }

  // Publishes another revision of the article, at a path.
  void Update(const std::string& name, const std::string& title, const std::string& path,
              bool publish) {
    v1::UpdateArticleRequest request;
    request.mutable_article()->set_name(name);
    request.mutable_article()->set_title(title);
    request.mutable_article()->set_body_html(absl::StrCat("<p>", title, "</p>"));
    request.mutable_article()->set_path(path);
    request.set_publish(publish);
    v1::UpdateArticleResponse response;
    ASSERT_THAT(catalog_.Call(&v1::CatalogService::Stub::UpdateArticle, request, &response),
                dateline::testing::IsOk());
  }

  absl::Status TakeDown(const std::string& name, v1::TakeDownArticleResponse* response,
                        const std::string& request_id = "", const std::string& etag = "",
                        bool validate_only = false) {
    v1::TakeDownArticleRequest request;
    request.set_name(name);
    request.set_reason("a court's order");
    request.set_request_id(request_id);
    request.set_etag(etag);
    request.set_validate_only(validate_only);
    return catalog_.Call(&v1::CatalogService::Stub::TakeDownArticle, request, response);
  }
  void TakeDown(const std::string& name) {
    v1::TakeDownArticleResponse response;
    ASSERT_THAT(TakeDown(name, &response), dateline::testing::IsOk());
  }

  // An article as feeds bring it, with the marker wherever it can stand, a revision and a draft of
  // an editor, an old path, a proposal and a pin.
  std::string MakeMarked() {
    testing::UpsertBuilder first("wire");
    first.Item("1", absl::StrCat("A ", kMarker), absl::StrCat("Words of a ", kMarker))
        .Key(v1::IDENTITY_KIND_URL, "https://e.test/1");
    first.last()->mutable_article()->set_canonical_url("https://e.test/1");
    first.Topic("topics/energy");
    const std::string name = Deliver(first).results(0).article();
    Update(name, absl::StrCat("Mine, a ", kMarker), "/one", true);
    Update(name, absl::StrCat("Moved, a ", kMarker), absl::StrCat("/", kMarker), true);
    Update(name, absl::StrCat("Moved again, a ", kMarker), "/three", true);
    Update(name, absl::StrCat("A draft of a ", kMarker), absl::StrCat("/draft-", kMarker), false);
    testing::UpsertBuilder second("wire");
    second.Item("1", absl::StrCat("Two of a ", kMarker), absl::StrCat("More of a ", kMarker));
    EXPECT_EQ(Deliver(second).results(0).outcome(), v1::UPSERT_OUTCOME_PROPOSED);
    v1::SetPinnedArticlesRequest pin;
    pin.set_topic("topics/energy");
    pin.add_articles(name);
    v1::SetPinnedArticlesResponse pinned;
    EXPECT_THAT(catalog_.Call(&v1::CatalogService::Stub::SetPinnedArticles, pin, &pinned),
                dateline::testing::IsOk());
    return name;
  }

  // The changes of a kind from the beginning up to `position`, whole.
  std::vector<v1::Change> ChangesUpTo(const std::string& position, v1::ResourceKind kind,
                                      const std::string& consumer = "") {
    grpc::ClientContext context;
    v1::StreamChangesRequest request;
    request.set_position(start_);
    request.add_kinds(kind);
    request.set_consumer(consumer);
    const auto stream = catalog_.changes().StreamChanges(&context, request);
    std::vector<v1::Change> changes;
    bool reached = false;
    for (v1::StreamChangesResponse batch; !reached && stream->Read(&batch);) {
      for (const v1::Change& change : batch.changes()) changes.push_back(change);
      reached = ComparePositions(*DecodePosition(batch.position(), ""),
                                 *DecodePosition(position, "")) >= 0;
    }
    EXPECT_TRUE(reached);
    context.TryCancel();
    return changes;
  }

  const std::string database_;
  Catalog catalog_;
  std::string start_;  // A position before all articles.
};

}  // namespace dateline::catalog

#endif  // DATELINE_SERVICES_CATALOG_SERVER_POSTGRES_TAKEDOWN_TEST_BASE_H_
