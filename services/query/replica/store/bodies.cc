#include "services/query/replica/store/bodies.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fnv.h"
#include "common/base/status_macros.h"

namespace dateline::query::replica {
namespace {

// A page of LMDB has 4,080 bytes for entries, each with 10 bytes beside key and value; four pieces
// fill one.
constexpr size_t kPieceKeyBytes = 9 + 2;
constexpr size_t kPieceBytes = 4'080 / 4 - 10 - kPieceKeyBytes;

// What stands before a body's bytes: how they are stored, and how many they were.
enum class Form : char { kPlain = 0, kZstd = 1, kZstdWithDictionary = 2 };
constexpr size_t kHeaderBytes = 1 + 4;

// The keys of kDictionary.
constexpr absl::string_view kBytes = "bytes";
constexpr absl::string_view kSource = "source/";

std::string Header(Form form, size_t plain_bytes) {
  std::string header(1, static_cast<char>(form));
  for (int shift = 24; shift >= 0; shift -= 8) {
    header.push_back(static_cast<char>(plain_bytes >> shift & 0xff));
  }
  return header;
}

size_t PlainBytes(absl::string_view stored) {
  size_t bytes = 0;
  for (size_t i = 1; i < kHeaderBytes && i < stored.size(); ++i) {
    bytes = bytes << 8 | static_cast<unsigned char>(stored[i]);
  }
  return bytes;
}

// False if it is damaged.
bool UnpackForm(const ReadTransaction& transaction, absl::string_view stored, std::string* out) {
  if (stored.size() < kHeaderBytes) return false;
  const absl::string_view rest = absl::ClippedSubstr(stored, kHeaderBytes);
  switch (static_cast<Form>(stored[0])) {
    case Form::kPlain:
      if (rest.size() != PlainBytes(stored)) return false;
      out->append(rest.data(), rest.size());
      return true;
    case Form::kZstd:
      return Decompress(rest, PlainBytes(stored), {}, out);
    case Form::kZstdWithDictionary: {
      const DictionaryView dictionary = ReadDictionary(transaction);
      return dictionary.id != 0 && Decompress(rest, PlainBytes(stored), dictionary, out);
    }
  }
  return false;
}

// The same, which the store then knows.
bool Unpack(const ReadTransaction& transaction, absl::string_view stored, std::string* out) {
  if (UnpackForm(transaction, stored, out)) return true;
  transaction.NoteDamage();
  return false;
}

// All pieces at `cursor` that belong to `card_key`; the cursor then stands behind them, and
// `*found` says whether there is an entry.
std::string JoinPieces(Cursor& cursor, absl::string_view card_key, bool* found) {
  std::string stored;
  while (*found && absl::StartsWith(cursor.key(), card_key)) {
    stored.append(cursor.value().data(), cursor.value().size());
    *found = cursor.Next();
  }
  return stored;
}

}  // namespace

std::string BodyPieceKey(absl::string_view card_key, size_t piece) {
  std::string key(card_key.data(), card_key.size());
  key.push_back(static_cast<char>(piece >> 8 & 0xff));
  key.push_back(static_cast<char>(piece & 0xff));
  return key;
}

std::vector<std::string> PackBody(absl::string_view body, const DictionaryView& dictionary) {
  std::vector<std::string> pieces;
  if (body.empty()) return pieces;
  std::string packed = Compress(body, dictionary);
  Form form = dictionary.id == 0 ? Form::kZstd : Form::kZstdWithDictionary;
  if (packed.empty() || packed.size() >= body.size()) {
    packed.assign(body.data(), body.size());
    form = Form::kPlain;
  }
  const std::string stored = absl::StrCat(Header(form, body.size()), packed);
  for (size_t from = 0; from < stored.size(); from += kPieceBytes) {
    pieces.emplace_back(absl::ClippedSubstr(stored, from, kPieceBytes));
  }
  return pieces;
}

bool AppendBody(const ReadTransaction& transaction, uint64_t article, Slot slot, std::string* out) {
  const std::string card_key = CardKey(article, slot);
  Cursor cursor = transaction.Open(Table::kBodies);
  if (!cursor.Seek(card_key) || !absl::StartsWith(cursor.key(), card_key)) return true;
  const absl::string_view first = cursor.value();
  // Most bodies are one or two pieces; one is not copied.
  bool found = cursor.Next();
  if (!found || !absl::StartsWith(cursor.key(), card_key)) return Unpack(transaction, first, out);
  const std::string stored = absl::StrCat(first, JoinPieces(cursor, card_key, &found));
  return Unpack(transaction, stored, out);
}

std::string ReadBody(const ReadTransaction& transaction, uint64_t article, Slot slot) {
  std::string body;
  AppendBody(transaction, article, slot, &body);
  return body;
}

size_t BodyBytes(const ReadTransaction& transaction, uint64_t article, Slot slot) {
  const auto first = transaction.Get(Table::kBodies, BodyPieceKey(CardKey(article, slot), 0));
  return first.has_value() ? PlainBytes(*first) : 0;
}

void WriteBody(WriteTransaction& transaction, uint64_t article, Slot slot, absl::string_view body) {
  const std::string card_key = CardKey(article, slot);
  for (size_t piece = 0;; ++piece) {
    const std::string key = BodyPieceKey(card_key, piece);
    if (!transaction.Get(Table::kBodies, key).has_value()) break;
    transaction.Delete(Table::kBodies, key);
  }
  const std::vector<std::string> pieces = PackBody(body, ReadDictionary(transaction));
  for (size_t piece = 0; piece < pieces.size(); ++piece) {
    transaction.PutOrAppend(Table::kBodies, BodyPieceKey(card_key, piece), pieces[piece]);
  }
}

absl::Status ForEachBody(
    const ReadTransaction& transaction,
    absl::FunctionRef<absl::Status(absl::string_view, absl::string_view)> visit) {
  Cursor cursor = transaction.Open(Table::kBodies);
  std::string body;
  for (bool found = cursor.Seek(""); found;) {
    if (cursor.key().size() != kPieceKeyBytes)
      return absl::DataLossError("a body's key is damaged");
    const std::string card_key(cursor.key().substr(0, kPieceKeyBytes - 2));
    body.clear();
    if (!Unpack(transaction, JoinPieces(cursor, card_key, &found), &body)) {
      return absl::DataLossError(
          absl::StrCat("the body of article ", ReadNumber(card_key), " is damaged"));
    }
    DATELINE_RETURN_IF_ERROR(visit(card_key, body));
  }
  return absl::OkStatus();
}

DictionaryView ReadDictionary(const ReadTransaction& transaction) {
  const auto stored = transaction.Get(Table::kDictionary, kBytes);
  if (!stored.has_value() || stored->size() <= 8) return {};
  return {ReadNumber(*stored), absl::ClippedSubstr(*stored, 8)};
}

bool HasDictionary(const ReadTransaction& transaction) {
  return transaction.Get(Table::kDictionary, kBytes).has_value();
}

std::vector<uint64_t> DictionarySources(const ReadTransaction& transaction) {
  std::vector<uint64_t> sources;
  Cursor cursor = transaction.Open(Table::kDictionary);
  for (bool found = cursor.Seek(kSource); found && absl::StartsWith(cursor.key(), kSource);
       found = cursor.Next()) {
    sources.push_back(ReadNumber(cursor.key(), kSource.size()));
  }
  return sources;
}

void WriteDictionary(WriteTransaction& transaction, absl::string_view bytes,
                     const std::vector<uint64_t>& sources) {
  std::string value;
  AppendNumber(&value, bytes.empty() ? 0 : std::max<uint64_t>(1, Fnv64(bytes)));
  absl::StrAppend(&value, bytes);
  transaction.Put(Table::kDictionary, kBytes, value);
  for (const uint64_t source : sources) {
    std::string key(kSource);
    AppendNumber(&key, source);
    transaction.Put(Table::kDictionary, key, "");
  }
}

}  // namespace dateline::query::replica
