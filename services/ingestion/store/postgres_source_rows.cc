#include "services/ingestion/store/postgres_source_rows.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/errors/errors.h"
#include "common/pg/values.h"
#include "services/ingestion/pipeline/time.h"

namespace dateline::ingestion::store {
namespace {

void SetTime(const pqxx::field& field,
             google::protobuf::Timestamp* (*mutable_field)(content::v1::Source&),
             content::v1::Source& source) {
  if (field.is_null()) return;
  if (const auto time = pg::FromTimestamp(field.c_str())) {
    pipeline::ToProto(*time, mutable_field(source));
  }
}

}  // namespace

const char kSourceColumns[] =
    "key, message, state, version, create_time, update_time, key_form, http_etag,"
    " http_last_modified, last_fetch_time, last_success_time, next_fetch_time,"
    " consecutive_failures, last_error, interval_seconds, moved_to, moved_since, guid_memory";

std::string IdOf(const std::string& name) {
  const size_t slash = name.find('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

absl::StatusOr<StoredSource> SelectSource(pqxx::transaction_base& transaction,
                                          const std::string& name, const char* suffix) {
  const pqxx::result rows = transaction.exec_params(
      absl::StrCat("SELECT ", kSourceColumns, " FROM ingestion.sources WHERE id = $1", suffix),
      IdOf(name));
  if (rows.empty()) return error::ResourceNotFound(name);
  return ReadSource(rows[0]);
}

std::string StoredBytes(content::v1::Source source) {
  source.clear_credentials();
  source.clear_state();
  source.clear_health();
  source.clear_version();
  source.clear_etag();
  source.clear_create_time();
  source.clear_update_time();
  return source.SerializeAsString();
}

std::string HostOf(const content::v1::Source& source) {
  const size_t scheme = source.url().find("://");
  if (scheme == std::string::npos) return "";
  const size_t start = scheme + 3;
  const size_t end = source.url().find_first_of("/?#", start);
  const size_t length = end == std::string::npos ? end : end - start;
  return absl::AsciiStrToLower(source.url().substr(start, length));
}

absl::StatusOr<StoredSource> ReadSource(const pqxx::row& row) {
  using content::v1::Source;
  StoredSource stored;
  stored.key = row["key"].as<int64_t>();
  DATELINE_ASSIGN_OR_RETURN(stored.source, ReadMessage<Source>(row["message"]));
  Source& source = stored.source;
  source.set_state(static_cast<content::v1::SourceState>(row["state"].as<int>()));
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
  return stored;
}

}  // namespace dateline::ingestion::store
