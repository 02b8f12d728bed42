#ifndef DATELINE_SERVICES_CATALOG_STORE_POSTGRES_PARAMS_H_
#define DATELINE_SERVICES_CATALOG_STORE_POSTGRES_PARAMS_H_

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/pg/values.h"

// Parameters and columns of many rows at once: a statement takes arrays and unnests them, so that a
// batch costs one round trip and not one for each row.
namespace dateline::catalog::store {

using pg::ArrayParam;

// Many byte strings as one binary parameter, with where each begins and how long it is:
// `substring(blob FROM offset FOR length)` takes one out. Hexadecimal array literals would double
// what is sent.
class BlobParam {
 public:
  void Add(absl::string_view bytes);
  // Adds a value that is NULL.
  void AddNull();
  pqxx::binarystring bytes() const { return pqxx::binarystring(bytes_.data(), bytes_.size()); }
  std::string offsets() const { return offsets_.str(); }
  std::string lengths() const { return lengths_.str(); }

 private:
  std::string bytes_;
  ArrayParam offsets_;
  ArrayParam lengths_;
};

// Keys of resources, from a container of int64_t, as a bigint[] literal.
template <typename Keys>
std::string KeyArray(const Keys& keys) {
  ArrayParam param;
  for (const int64_t key : keys) param.Add(key);
  return param.str();
}

// An expression of SQL that gives a timestamptz as microseconds since 1970, exactly.
std::string Micros(absl::string_view expression);

// The SQL type of an instant given as microseconds since 1970.
std::string FromMicros(absl::string_view expression);

// Columns as values. A column that is NULL gives zero, the empty string, or nullopt.
int64_t Int(const pqxx::field& field);
uint64_t Unsigned(const pqxx::field& field);  // Also xid8.
std::string Text(const pqxx::field& field);
std::string Bytes(const pqxx::field& field);
std::optional<absl::Time> Time(const pqxx::field& field);  // From Micros.
std::vector<int64_t> Ints(const pqxx::field& field);       // From bigint[], without NULLs.

// Reads a message that this service stored. Throws like a column of the wrong type, so that the
// transaction fails and nothing is written back in its place.
template <typename Message>
void ParseStored(const std::string& bytes, Message* message) {
  if (!message->ParseFromString(bytes)) throw pqxx::conversion_error("not an encoded message");
}

}  // namespace dateline::catalog::store

#endif  // DATELINE_SERVICES_CATALOG_STORE_POSTGRES_PARAMS_H_
