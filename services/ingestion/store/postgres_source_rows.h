#ifndef DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_ROWS_H_
#define DATELINE_SERVICES_INGESTION_STORE_POSTGRES_SOURCE_ROWS_H_

#include <pqxx/pqxx>
#include <string>

#include "absl/status/statusor.h"
#include "services/ingestion/store/source_store.h"

namespace dateline::ingestion::store {

// The columns that ReadSource reads, in its order.
extern const char kSourceColumns[];

// A row of kSourceColumns. INTERNAL if the message cannot be read.
absl::StatusOr<StoredSource> ReadSource(const pqxx::row& row);

// The id of `sources/{id}`.
std::string IdOf(const std::string& name);

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
