#include "services/ingestion/store/postgres_source_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/api/proto_time.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/values.h"

namespace dateline::ingestion::store {
namespace {

void SetTime(const pqxx::field& field, google::protobuf::Timestamp* (*mutable_field)(v1::Source&),
             v1::Source& source) {
  if (field.is_null()) return;
  if (const auto time = pg::FromTimestamp(field.c_str())) {
    *mutable_field(source) = TimeToProto(*time);
  }
}

void SetPause(const pqxx::row& row, v1::Source& source) {
  SetTime(
      row["pause_time"], [](v1::Source& s) { return s.mutable_pause()->mutable_time(); }, source);
  source.mutable_pause()->set_reason(row["pause_reason"].as<std::string>());
  source.mutable_pause()->set_caller(row["pause_by"].as<std::string>());
}

}  // namespace

const char kSourceColumns[] =
    "key, message, state, version, create_time, update_time, key_form, http_etag,"
    " http_last_modified, last_fetch_time, last_success_time, next_fetch_time,"
    " consecutive_failures, last_error, interval_seconds, moved_to, moved_since, document_digest,"
    " guid_memory, skip_times,"
    " pause_time, pause_reason, pause_by,"
    " EXISTS (SELECT FROM ingestion.credentials c WHERE c.source_key = sources.key) AS has_secret,"
    " (SELECT p.lease_until FROM ingestion.subscriptions p WHERE p.source_key = sources.key"
    "   AND p.lease_until > now()) AS push_until";

std::string IdOf(const std::string& name) {
  const size_t slash = name.find('/');
  return slash == std::string::npos ? name : std::string(absl::ClippedSubstr(name, slash + 1));
}

absl::StatusOr<StoredSource> SelectSource(pqxx::transaction_base& transaction,
                                          const std::string& name, const char* suffix) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT ", kSourceColumns, " FROM ingestion.sources WHERE id = $1", suffix),
      IdOf(name));
  if (rows.empty()) return error::ResourceNotFound(name);
  return ReadSource(rows[0]);
}

std::string StoredBytes(v1::Source source) {
  source.clear_credentials();
  source.clear_state();
  source.clear_health();
  source.clear_version();
  source.clear_etag();
  source.clear_create_time();
  source.clear_update_time();
  source.clear_pause();
  return source.SerializeAsString();
}

std::string BoundedTimestamp(absl::Time time) {
  return pg::ToTimestamp(
      std::clamp(time, absl::UnixEpoch(), absl::UnixEpoch() + absl::Hours(24 * 365 * 200)));
}

absl::StatusOr<StoredSource> ReadSource(const pqxx::row& row) {
  using v1::Source;
  StoredSource stored;
  stored.key = row["key"].as<int64_t>();
  DATELINE_ASSIGN_OR_RETURN(stored.source, ReadMessage<Source>(row["message"]));
  Source& source = stored.source;
  source.set_state(static_cast<v1::SourceState>(row["state"].as<int>()));
  source.set_version(row["version"].as<int64_t>());
  source.set_etag(absl::StrCat("\"", source.version(), "\""));
  SetTime(
      row["create_time"], [](Source& s) { return s.mutable_create_time(); }, source);
  SetTime(
      row["update_time"], [](Source& s) { return s.mutable_update_time(); }, source);
  SetTime(
      row["last_fetch_time"],
      [](Source& s) { return s.mutable_health()->mutable_last_fetch_time(); }, source);
  SetTime(
      row["last_success_time"],
      [](Source& s) { return s.mutable_health()->mutable_last_success_time(); }, source);
  SetTime(
      row["next_fetch_time"],
      [](Source& s) { return s.mutable_health()->mutable_next_fetch_time(); }, source);
  source.mutable_health()->set_consecutive_failures(row["consecutive_failures"].as<int>());
  source.mutable_health()->set_last_error(row["last_error"].as<std::string>());
  stored.key_form = row["key_form"].as<int>();
  const pqxx::binarystring memory(row["guid_memory"]);
  stored.guid_memory.assign(memory.get(), memory.size());
  stored.http_etag = row["http_etag"].as<std::string>();
  stored.http_last_modified = row["http_last_modified"].as<std::string>();
  stored.interval = absl::Seconds(row["interval_seconds"].as<int64_t>());
  stored.moved_to = row["moved_to"].as<std::string>();
  if (!row["moved_since"].is_null()) {
    stored.moved_since =
        pg::FromTimestamp(row["moved_since"].c_str()).value_or(absl::InfinitePast());
  }
  const pqxx::binarystring digest(row["document_digest"]);
  stored.document_digest.assign(digest.get(), digest.size());
  DATELINE_ASSIGN_OR_RETURN(stored.skip_times, ReadMessage<v1::Feed>(row["skip_times"]));
  stored.has_credentials = row["has_secret"].as<bool>();
  SetTime(
      row["push_until"], [](Source& s) { return s.mutable_health()->mutable_push_expire_time(); },
      source);
  if (source.state() == v1::SOURCE_STATE_PAUSED) SetPause(row, source);
  return stored;
}

}  // namespace dateline::ingestion::store
