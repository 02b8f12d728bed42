#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_ROWS_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_ROWS_H_

#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/ingestion/store/host.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::store {

// The columns that ReadSource reads, in its order.
extern const char kSourceColumns[];

// A row of kSourceColumns. INTERNAL if the message cannot be read.
absl::StatusOr<StoredSource> ReadSource(const pqxx::row& row);

// The id of `sources/{id}`.
std::string IdOf(const std::string& name);

// The source `name`, or RESOURCE_NOT_FOUND. `suffix` ends the statement, e.g. to lock the row.
absl::StatusOr<StoredSource> SelectSource(pqxx::transaction_base& transaction,
                                          const std::string& name, const char* suffix = "");

// What a row keeps of the message: columns and the credentials' table have the rest.
std::string StoredBytes(v1::Source source);

// As text within what PostgreSQL reads: an infinite time has none there.
std::string BoundedTimestamp(absl::Time time);

// A message stored as bytea. INTERNAL if it cannot be read.
template <typename Message>
absl::StatusOr<Message> ReadMessage(const pqxx::field& field) {
  const pqxx::binarystring bytes(field);
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InternalError("a stored message cannot be read");
  }
  return message;
}

}  // namespace dateline::ingestion::store

#endif  // DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_ROWS_H_
