#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "common/errors/errors.h"
#include "common/position/position.h"
#include "common/testing/status_matchers.h"
#include "services/catalog/server/postgres_server_test_base.h"

namespace dateline::catalog {
namespace {

using dateline::testing::HasReason;
using dateline::testing::IsOk;
using dateline::testing::PostgresCluster;

TEST(CatalogServerTest, FilteredStreamIsToldOfEveryPosition) {
  Catalog catalog(SharedDatabase());
  std::string first, last;
  ASSERT_THAT(catalog.CreateTopic("a", &first), IsOk());
  grpc::ClientContext context;
  v1::StreamChangesRequest request;
  request.set_position(first);
  request.add_kinds(v1::RESOURCE_KIND_ARTICLE);
  const auto stream = catalog.changes().StreamChanges(&context, request);
  ASSERT_THAT(catalog.CreateTopic("b", &last), IsOk());
  const auto target = DecodePosition(last, "position");
  v1::StreamChangesResponse batch;
  bool reached = false;
  while (!reached && stream->Read(&batch)) {
    EXPECT_EQ(batch.changes_size(), 0);
    reached = ComparePositions(*DecodePosition(batch.position(), "position"), *target) >= 0;
  }
  EXPECT_TRUE(reached);
  context.TryCancel();
  EXPECT_FALSE(stream->Finish().ok());
}

TEST(CatalogServerTest, AnswersUnavailableWhileTheDatabaseIsDownAndRecovers) {
  auto cluster = PostgresCluster::Start();
  ASSERT_THAT(cluster, IsOk());
  ASSERT_THAT((*cluster)->CreateMigratedDatabase("dateline"), IsOk());
  Catalog catalog((*cluster)->ConnInfo("dateline", "dateline_catalog"));
  ASSERT_THAT(catalog.CreateTopicEventually("a"), IsOk());
  (*cluster)->Kill();
  absl::Status status = catalog.CreateTopic("b");
  // The pool's connections are broken; a call that was committing does not know what became of it.
  if (error::ReasonOf(status) == errors::v1::ERROR_REASON_OUTCOME_UNKNOWN) {
    status = catalog.CreateTopic("b");
  }
  EXPECT_THAT(status, HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  EXPECT_LT(error::RetryDelayOf(status), absl::Seconds(60));
  v1::GetStatusResponse answer;
  ASSERT_THAT(catalog.Call(&v1::CatalogService::Stub::GetStatus, v1::GetStatusRequest(), &answer),
              IsOk());
  EXPECT_FALSE(answer.database_reachable());
  ASSERT_THAT((*cluster)->Restart(), IsOk());
  EXPECT_THAT(catalog.CreateTopicEventually("c"), IsOk());
}

TEST(CatalogServerTest, StartsWithoutItsDatabase) {
  auto cluster = PostgresCluster::Start();
  ASSERT_THAT(cluster, IsOk());
  ASSERT_THAT((*cluster)->CreateMigratedDatabase("dateline"), IsOk());
  (*cluster)->Kill();
  Catalog catalog((*cluster)->ConnInfo("dateline", "dateline_catalog"));
  EXPECT_THAT(catalog.CreateTopic("a"), HasReason(errors::v1::ERROR_REASON_DATABASE_UNAVAILABLE));
  ASSERT_THAT((*cluster)->Restart(), IsOk());
  EXPECT_THAT(catalog.CreateTopicEventually("a"), IsOk());
}

TEST(CatalogServerTest, NewTimelineExpiresPositionsAndOpenStreams) {
  auto primary = PostgresCluster::Start();
  ASSERT_THAT(primary, IsOk());
  ASSERT_THAT((*primary)->CreateMigratedDatabase("dateline"), IsOk());
  auto standby = (*primary)->MakeStandby();
  ASSERT_THAT(standby, IsOk());
  Catalog catalog(absl::StrCat((*primary)->ConnInfo("dateline", "dateline_catalog"),
                               " host=127.0.0.1,127.0.0.1", " port=", (*primary)->port(), ",",
                               (*standby)->port(), " target_session_attrs=read-write"));
  ASSERT_THAT(catalog.CreateTopicEventually("a"), IsOk());
  std::string position;
  ASSERT_THAT(catalog.CreateTopic("b", &position), IsOk());
  grpc::ClientContext context;
  v1::StreamChangesRequest request;
  request.set_position(position);
  const auto open = catalog.changes().StreamChanges(&context, request);
  v1::StreamChangesResponse bookmark;
  ASSERT_TRUE(open->Read(&bookmark));
  (*primary)->Kill();
  ASSERT_THAT((*standby)->Promote(), IsOk());
  while (open->Read(&bookmark)) {
  }
  EXPECT_THAT(rpc::FromGrpcStatus(open->Finish()),
              HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  EXPECT_THAT(catalog.EndOfStream(position), HasReason(errors::v1::ERROR_REASON_POSITION_EXPIRED));
  EXPECT_THAT(catalog.CreateTopicEventually("c"), IsOk());
}

}  // namespace
}  // namespace dateline::catalog
