#include "services/catalog/feed/export_reader.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/api/names.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/position/position.h"

namespace dateline::catalog::feed {
namespace {

using store::ExportCursor;
using v1::ExportResourcesResponse;

// A page fits a gRPC message with room to spare; keys are some 80 bytes each.
constexpr size_t kPageBytes = size_t{2} << 20;
constexpr int kFullPage = 500;
constexpr int kKeysPage = 10'000;

}  // namespace

ExportReader::ExportReader(store::ChangeLog& log, const tokens::PageTokenCodec& codec,
                           v1::ExportView view)
    : log_(&log), codec_(&codec), view_(view) {}

absl::StatusOr<ExportReader> ExportReader::Create(store::ChangeLog& log,
                                                  const tokens::PageTokenCodec& codec,
                                                  const v1::ExportResourcesRequest& request) {
  ExportReader reader(
      log, codec,
      request.view() == v1::EXPORT_VIEW_KEYS ? v1::EXPORT_VIEW_KEYS : v1::EXPORT_VIEW_FULL);
  if (request.names_size() > 0 && !request.page_token().empty()) {
    return error::InvalidField("page_token", "cannot be combined with names");
  }
  for (const std::string& name : request.names()) {
    reader.ids_.emplace_back(api::IdInName(api::kArticles, name));
  }
  reader.by_name_ = request.names_size() > 0;
  if (!reader.by_name_) reader.cursor_ = ExportCursor();
  if (!request.page_token().empty()) DATELINE_RETURN_IF_ERROR(reader.Resume(request.page_token()));
  return reader;
}

absl::Status ExportReader::Resume(const std::string& token) {
  DATELINE_ASSIGN_OR_RETURN(const std::string payload,
                            codec_->Decode(token, absl::StrCat("export ", view_)));
  const std::vector<std::string> parts = absl::StrSplit(payload, ' ');
  int kind = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &kind) ||
      !absl::SimpleAtoi(parts[1], &cursor_->key) || !v1::ResourceKind_IsValid(kind)) {
    return error::InvalidPageToken();
  }
  start_position_ = parts[2];
  cursor_->kind = static_cast<v1::ResourceKind>(kind);
  if (kind == v1::RESOURCE_KIND_UNSPECIFIED) cursor_.reset();
  return absl::OkStatus();
}

std::string ExportReader::Token(const ExportCursor& cursor) const {
  return codec_->Encode(absl::StrCat(cursor.kind, " ", cursor.key, " ", start_position_),
                        absl::StrCat("export ", view_));
}

absl::StatusOr<std::optional<ExportResourcesResponse>> ExportReader::Next(
    const RequestContext& context) {
  if (ended_) return std::nullopt;
  ExportResourcesResponse page;
  if (!begun_) DATELINE_RETURN_IF_ERROR(Begin(context, &page));
  if (cursor_.has_value()) {
    DATELINE_RETURN_IF_ERROR(ReadPage(context, &page));
  } else if (!ids_.empty() || !held_.empty()) {
    DATELINE_RETURN_IF_ERROR(ReadNames(context, &page));
  } else {
    DATELINE_RETURN_IF_ERROR(Finish(context, &page));
  }
  return page;
}

absl::Status ExportReader::Begin(const RequestContext& context, ExportResourcesResponse* page) {
  DATELINE_ASSIGN_OR_RETURN(const store::LogHead head, log_->ReadHead(context));
  if (start_position_.empty()) {
    start_position_ = EncodePosition(head.position);
  } else {
    DATELINE_ASSIGN_OR_RETURN(const auto start, DecodePosition(start_position_, "page_token"));
    if (!SameLog(start, head.position)) {
      return error::PositionExpired("the export began on another log or timeline");
    }
  }
  page->set_start_position(start_position_);
  begun_ = true;
  return absl::OkStatus();
}

// Reads on until there is something to tell.
absl::Status ExportReader::ReadPage(const RequestContext& context, ExportResourcesResponse* page) {
  const int limit = view_ == v1::EXPORT_VIEW_KEYS ? kKeysPage : kFullPage;
  while (cursor_.has_value() && page->states().empty()) {
    DATELINE_ASSIGN_OR_RETURN(store::ExportPage read,
                              log_->ReadExportPage(context, *cursor_, view_, limit, kPageBytes));
    for (v1::ResourceState& state : read.states) *page->add_states() = std::move(state);
    *page->mutable_at() = TimeToProto(read.at);
    cursor_ = read.next;
  }
  // No kind stands for "all pages were read".
  page->set_page_token(Token(cursor_.value_or(ExportCursor{v1::RESOURCE_KIND_UNSPECIFIED, 0})));
  return absl::OkStatus();
}

absl::Status ExportReader::ReadNames(const RequestContext& context, ExportResourcesResponse* page) {
  TakeHeld(page);
  size_t bytes = page->ByteSizeLong();
  while (!ids_.empty() && bytes < kPageBytes) {
    // One by one: each may be as large as a page.
    std::vector<std::string> ids;
    const size_t count = view_ == v1::EXPORT_VIEW_KEYS ? ids_.size() : 1;
    for (size_t i = 0; i < count; ++i) {
      ids.push_back(std::move(ids_.front()));
      ids_.pop_front();
    }
    DATELINE_ASSIGN_OR_RETURN(held_, log_->ReadArticleStates(context, ids, view_));
    for (const v1::ResourceState& state : held_) bytes += state.ByteSizeLong();
    if (bytes > kPageBytes && !page->states().empty()) return absl::OkStatus();
    TakeHeld(page);
  }
  return absl::OkStatus();
}

void ExportReader::TakeHeld(ExportResourcesResponse* page) {
  for (v1::ResourceState& state : held_) *page->add_states() = std::move(state);
  held_.clear();
}

absl::Status ExportReader::Finish(const RequestContext& context, ExportResourcesResponse* page) {
  DATELINE_ASSIGN_OR_RETURN(const store::LogHead head, log_->ReadHead(context));
  page->set_end_position(EncodePosition(head.position));
  *page->mutable_at() = TimeToProto(head.at);
  ended_ = true;
  return absl::OkStatus();
}

}  // namespace dateline::catalog::feed
