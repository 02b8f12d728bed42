// Sources over gRPC, on a real PostgreSQL.

#include <set>

#include "absl/strings/str_cat.h"
#include "common/errors/errors.h"
#include "services/ingestion/testing/ingestion_test_server.h"

namespace dateline::ingestion {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::StatusIs;
using Stub = v1::IngestionService::Stub;

class SourcesServiceTest : public testing::IngestionTest {
 protected:
  absl::Status Update(const v1::Source& source, const std::vector<std::string>& paths,
                      v1::Source* updated = nullptr) {
    v1::UpdateSourceRequest request;
    v1::UpdateSourceResponse response;
    *request.mutable_source() = source;
    for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
    const absl::Status status = Call(&Stub::UpdateSource, request, &response);
    if (updated != nullptr) *updated = response.source();
    return status;
  }
};

TEST_F(SourcesServiceTest, CreatesASourceWithDefaultsAndWithoutItsCredentials) {
  v1::CreateSourceRequest request;
  v1::CreateSourceResponse response;
  request.set_source_id("wire");
  request.set_request_id("r1");
  request.mutable_source()->set_publication("publications/daily");
  request.mutable_source()->set_url("https://wire.example.org/feed");
  request.mutable_source()->mutable_credentials()->set_value("hush");
  ASSERT_THAT(Call(&Stub::CreateSource, request, &response), IsOk());
  const v1::Source& source = response.source();
  EXPECT_EQ(source.name(), "sources/wire");
  EXPECT_EQ(source.kind(), v1::SOURCE_KIND_FEED);
  EXPECT_EQ(source.rank(), 100);
  EXPECT_EQ(source.topics().unknown(), v1::UNKNOWN_CATEGORIES_PROPOSE);
  EXPECT_FALSE(source.has_credentials());
  EXPECT_EQ(response.DebugString().find("hush"), std::string::npos);
  v1::CreateSourceResponse again;
  EXPECT_THAT(Call(&Stub::CreateSource, request, &again), IsOk());
  EXPECT_EQ(again.source().SerializeAsString(), source.SerializeAsString());
  request.mutable_source()->set_display_name("Another");
  EXPECT_THAT(Call(&Stub::CreateSource, request, &again),
              HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  EXPECT_THAT(CreateSource("wire"), HasReason(errors::v1::ERROR_REASON_RESOURCE_EXISTS));
}

TEST_F(SourcesServiceTest, NamesEveryFieldThatIsWrong) {
  v1::CreateSourceRequest request;
  v1::CreateSourceResponse response;
  const auto names = [&](const std::vector<const char*>& fields) {
    const absl::Status status = Call(&Stub::CreateSource, request, &response);
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
    for (const char* field : fields) {
      EXPECT_NE(status.message().find(field), std::string::npos) << field << status;
    }
  };
  // First what the contract says of the fields, each by itself.
  request.set_source_id("Not An Id");
  v1::Source& source = *request.mutable_source();
  source.set_url("ftp://wire.example.org/");
  source.set_rank(-1'000'001);
  (*source.mutable_topics()->mutable_mapping())["Sport"] = "sport";
  source.mutable_polling()->mutable_min_interval()->set_seconds(-1);
  names({"source_id", "source.url", "source.rank", "source.polling.min_interval", "mapping"});
  // Then what they say together.
  request.clear_source_id();
  source.Clear();
  source.set_kind(v1::SOURCE_KIND_FEED);
  source.mutable_polling()->mutable_min_interval()->set_seconds(1);
  source.mutable_credentials()->set_basic_username("only");
  names({"source_id", "source.publication", "source.url", "source.polling.min_interval",
         "source.credentials.secret"});
}

TEST_F(SourcesServiceTest, RefusesIntervalsThatNobodyCouldKeep) {
  const struct {
    int64_t min;
    int64_t max;
    const char* field;
  } kCases[] = {
      {int64_t{300} * 365 * 24 * 3'600, 0, "source.polling.min_interval"},
      {-3'600, 0, "source.polling.min_interval"},
      {31 * 24 * 3'600, 31 * 24 * 3'600, "source.polling.max_interval"},
      {7'200, 3'600, "source.polling.min_interval"},
  };
  for (const auto& c : kCases) {
    v1::CreateSourceRequest request;
    v1::CreateSourceResponse response;
    request.set_source_id("wire");
    auto& polling = *request.mutable_source()->mutable_polling();
    polling.mutable_min_interval()->set_seconds(c.min);
    if (c.max != 0) polling.mutable_max_interval()->set_seconds(c.max);
    const absl::Status status = Call(&Stub::CreateSource, request, &response);
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD)) << c.min;
    EXPECT_NE(status.message().find(c.field), std::string::npos) << status;
  }
}

TEST_F(SourcesServiceTest, ChecksThePublicationWithTheCatalog) {
  v1::CreateSourceRequest request;
  v1::CreateSourceResponse response;
  request.set_source_id("wire");
  request.mutable_source()->set_publication("publications/none");
  EXPECT_THAT(Call(&Stub::CreateSource, request, &response),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(SourcesServiceTest, UpdatesTheFieldsOfTheMask) {
  v1::Source source;
  source.set_language("kk");
  source.add_canonical_hosts("a.example.org");
  ASSERT_THAT(CreateSource("wire", "https://wire.example.org/feed", source), IsOk());
  v1::Source change;
  change.set_name("sources/wire");
  change.set_display_name("Wire");
  change.set_language("en");
  v1::Source updated;
  ASSERT_THAT(Update(change, {"display_name"}, &updated), IsOk());
  EXPECT_EQ(updated.display_name(), "Wire");
  EXPECT_EQ(updated.language(), "kk");
  EXPECT_EQ(updated.version(), 2);
  // Without a mask: what is populated.
  ASSERT_THAT(Update(change, {}, &updated), IsOk());
  EXPECT_EQ(updated.language(), "en");
  EXPECT_EQ(updated.canonical_hosts_size(), 1);
  EXPECT_EQ(updated.url(), "https://wire.example.org/feed");
  // "*": everything, so what is not given goes.
  change.set_etag(updated.etag());
  ASSERT_THAT(Update(change, {"*"}, &updated), IsOk());
  EXPECT_EQ(updated.canonical_hosts_size(), 0);
  EXPECT_EQ(updated.kind(), v1::SOURCE_KIND_UPLOAD);
  EXPECT_EQ(updated.rank(), 100);
  EXPECT_EQ(updated.publication(), "publications/daily");
  EXPECT_THAT(Update(change, {"*"}), HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
}

TEST_F(SourcesServiceTest, RefusesUpdatesThatMayNotBe) {
  ASSERT_THAT(CreateSource("wire", "https://wire.example.org/feed"), IsOk());
  v1::Source change;
  change.set_name("sources/wire");
  change.set_url("javascript:alert(1)");
  const struct {
    std::vector<std::string> paths;
    const char* says;
  } kCases[] = {
      {{"url"}, "source.url"},
      {{"publication"}, "publication cannot be changed"},
      {{"health.last_error"}, "health.last_error cannot be changed"},
      {{"colour"}, "there is no field colour"},
      {{"polling.colour"}, "there is no field polling.colour"},
  };
  for (const auto& c : kCases) {
    const absl::Status status = Update(change, c.paths);
    EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD)) << c.says;
    EXPECT_NE(status.message().find(c.says), std::string::npos) << status;
    // A bad value is refused whatever the mask says.
    change.clear_url();
  }
  EXPECT_THAT(Update(change, {}), HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  change.set_name("sources/none");
  EXPECT_THAT(Update(change, {"display_name"}),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
  EXPECT_EQ(GetSource("wire").version(), 1);
}

TEST_F(SourcesServiceTest, PausesResumesAndDeletes) {
  ASSERT_THAT(CreateSource("wire", "https://wire.example.org/feed"), IsOk());
  v1::PauseSourceRequest pause;
  v1::PauseSourceResponse paused;
  pause.set_name("sources/wire");
  ASSERT_THAT(Call(&Stub::PauseSource, pause, &paused), IsOk());
  EXPECT_EQ(paused.source().state(), v1::SOURCE_STATE_PAUSED);
  v1::ResumeSourceRequest resume;
  v1::ResumeSourceResponse resumed;
  resume.set_name("sources/wire");
  ASSERT_THAT(Call(&Stub::ResumeSource, resume, &resumed), IsOk());
  EXPECT_EQ(resumed.source().state(), v1::SOURCE_STATE_ACTIVE);
  v1::DeleteSourceRequest remove;
  v1::DeleteSourceResponse removed;
  remove.set_name("sources/wire");
  ASSERT_THAT(Call(&Stub::DeleteSource, remove, &removed), IsOk());
  EXPECT_THAT(Call(&Stub::DeleteSource, remove, &removed),
              HasReason(errors::v1::ERROR_REASON_RESOURCE_NOT_FOUND));
}

TEST_F(SourcesServiceTest, PausesUnderAnEtagOnceAndOnlyInEarnest) {
  ASSERT_THAT(CreateSource("wire", "https://wire.example.org/feed"), IsOk());
  v1::PauseSourceRequest pause;
  v1::PauseSourceResponse paused;
  pause.set_name("sources/wire");
  pause.set_etag("stale");
  EXPECT_THAT(Call(&Stub::PauseSource, pause, &paused),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  pause.set_etag(GetSource("wire").etag());
  pause.set_validate_only(true);
  ASSERT_THAT(Call(&Stub::PauseSource, pause, &paused), IsOk());
  EXPECT_EQ(paused.source().state(), v1::SOURCE_STATE_PAUSED);
  EXPECT_EQ(GetSource("wire").state(), v1::SOURCE_STATE_ACTIVE);
  pause.set_validate_only(false);
  pause.set_request_id("r1");
  ASSERT_THAT(Call(&Stub::PauseSource, pause, &paused), IsOk());
  // Its etag is an old one by now, but the request is done.
  v1::PauseSourceResponse again;
  ASSERT_THAT(Call(&Stub::PauseSource, pause, &again), IsOk());
  EXPECT_EQ(again.source().version(), paused.source().version());
  pause.set_reason("another");
  EXPECT_THAT(Call(&Stub::PauseSource, pause, &again),
              HasReason(errors::v1::ERROR_REASON_REQUEST_ID_REUSED));
  v1::ResumeSourceRequest resume;
  v1::ResumeSourceResponse resumed;
  resume.set_name("sources/wire");
  resume.set_etag("stale");
  EXPECT_THAT(Call(&Stub::ResumeSource, resume, &resumed),
              HasReason(errors::v1::ERROR_REASON_ETAG_MISMATCH));
  resume.set_etag(paused.source().etag());
  ASSERT_THAT(Call(&Stub::ResumeSource, resume, &resumed), IsOk());
  EXPECT_EQ(resumed.source().state(), v1::SOURCE_STATE_ACTIVE);
}

TEST_F(SourcesServiceTest, RefusesCredentialsFromPlacesThatAreNotAllowed) {
  v1::Source source;
  source.mutable_credentials()->set_file("/etc/passwd");
  absl::Status status = CreateSource("wire", "https://wire.example.org/feed", source);
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  EXPECT_NE(status.message().find("source.credentials.file"), std::string::npos) << status;
  source.mutable_credentials()->set_environment("PATH");
  status = CreateSource("wire", "https://wire.example.org/feed", source);
  EXPECT_NE(status.message().find("source.credentials.environment"), std::string::npos) << status;
  source.mutable_credentials()->set_environment("DATELINE_CREDENTIAL_WIRE");
  ASSERT_THAT(CreateSource("wire", "https://wire.example.org/feed", source), IsOk());
  source.set_name("sources/wire");
  source.mutable_credentials()->set_environment("HOME");
  status = Update(source, {"credentials"});
  EXPECT_NE(status.message().find("source.credentials.environment"), std::string::npos) << status;
}

TEST_F(SourcesServiceTest, ListsInPagesWithTokensOfItsOwn) {
  for (int i = 0; i < 25; ++i) ASSERT_THAT(CreateSource(absl::StrCat("s", 10 + i)), IsOk());
  v1::ListSourcesRequest request;
  v1::ListSourcesResponse response;
  std::set<std::string> seen;
  int pages = 0;
  do {
    ASSERT_THAT(Call(&Stub::ListSources, request, &response), IsOk());
    EXPECT_LE(response.sources_size(), 10);
    for (const auto& source : response.sources()) seen.insert(source.name());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_EQ(pages, 3);
  request.set_page_token("forged");
  EXPECT_THAT(Call(&Stub::ListSources, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_PAGE_TOKEN));
  request.clear_page_token();
  ASSERT_THAT(Call(&Stub::ListSources, request, &response), IsOk());
  request.set_page_token(response.next_page_token());
  request.set_publication("publications/other");
  EXPECT_THAT(Call(&Stub::ListSources, request, &response),
              HasReason(errors::v1::ERROR_REASON_PAGE_TOKEN_MISMATCH));
  request.Clear();
  request.set_page_size(-1);
  EXPECT_THAT(Call(&Stub::ListSources, request, &response),
              HasReason(errors::v1::ERROR_REASON_INVALID_FIELD));
  request.set_page_size(10'000);
  ASSERT_THAT(Call(&Stub::ListSources, request, &response), IsOk());
  EXPECT_EQ(response.sources_size(), 25);
}

TEST_F(SourcesServiceTest, TellsInItsStatusWhatItReaches) {
  ASSERT_THAT(CreateSource("wire", "https://wire.example.org/feed"), IsOk());
  v1::GetStatusRequest request;
  v1::GetStatusResponse response;
  ASSERT_THAT(Call(&Stub::GetStatus, request, &response), IsOk());
  EXPECT_TRUE(response.database_reachable());
  EXPECT_TRUE(response.catalog_reachable());
  EXPECT_EQ(response.sources(), 1);
  EXPECT_EQ(response.due_sources(), 1);
  rpc::ChannelOptions nowhere;
  nowhere.address = "127.0.0.1:1";
  Start("host=127.0.0.1 port=1 dbname=none", rpc::MakeChannel(nowhere));
  ASSERT_THAT(Call(&Stub::GetStatus, request, &response), IsOk());
  EXPECT_FALSE(response.database_reachable());
  EXPECT_FALSE(response.catalog_reachable());
}

}  // namespace
}  // namespace dateline::ingestion
