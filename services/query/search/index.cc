#include "services/query/search/index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/query/replica/store/keys.h"
#include "services/query/search/guarded.h"
#include "services/query/search/state.h"
#include "services/query/search/text.h"

namespace dateline::query::search {
namespace {

// What a word counts for by where it stands. Decided here and nowhere else.
constexpr Xapian::termcount kTitleWeight = 5;
constexpr Xapian::termcount kSubtitleWeight = 3;
constexpr Xapian::termcount kNameWeight = 2;
constexpr Xapian::termcount kBodyWeight = 1;
// Between two texts, so that no phrase crosses from one into the other.
constexpr Xapian::termpos kGap = 100;

// Words stand in the index with their positions, stems without: phrases are of words as written.
void AddText(const std::string& text, const Stemmer& stemmer, Xapian::termcount weight,
             Xapian::termpos* position, Xapian::Document* document) {
  for (const Word& word : WordsOf(text)) {
    if (word.plain.empty()) continue;
    document->add_posting(word.plain, ++*position, weight);
    if (!stemmer.has_rules()) continue;
    document->add_term(absl::StrCat(kStemPrefix, stemmer.StemOf(word)), weight);
  }
  *position += kGap;
}

std::string CountedLists(const std::vector<std::string>& lists) {
  std::string counted;
  for (const std::string& list : lists) {
    switch (static_cast<replica::Dimension>(list.empty() ? '\0' : list[0])) {
      case replica::Dimension::kTopic:
      case replica::Dimension::kType:
      case replica::Dimension::kAuthor:
      case replica::Dimension::kPublication:
        counted += list;
        break;
      default:
        break;
    }
  }
  return counted;
}

Xapian::Document DocumentOf(const IndexedArticle& article) {
  Xapian::Document document;
  const std::shared_ptr<const Stemmer> held = StemmerOf(article.language);
  const Stemmer& stemmer = *held;
  Xapian::termpos position = 0;
  AddText(article.title, stemmer, kTitleWeight, &position, &document);
  AddText(article.subtitle, stemmer, kSubtitleWeight, &position, &document);
  for (const std::string& name : article.names) {
    AddText(name, stemmer, kNameWeight, &position, &document);
  }
  AddText(article.body, stemmer, kBodyWeight, &position, &document);
  document.add_boolean_term(ArticleTerm(article.article));
  for (const std::string& list : article.lists) document.add_boolean_term(ListTerm(list));
  const std::vector<std::string> ranges = LanguageRanges(article.language);
  document.add_boolean_term(absl::StrCat(kLanguagePrefix, ranges.empty() ? "" : ranges.front()));
  for (const std::string& range : ranges) {
    document.add_boolean_term(absl::StrCat(kLanguageRangePrefix, range));
  }
  document.add_value(kPlaceSlot, article.place);
  document.add_value(kMinuteSlot, MinuteOf(replica::ParseListSuffix(article.place).publish_time));
  if (article.until != absl::InfiniteFuture()) {
    std::string until;
    replica::AppendNumber(&until, replica::OrderedTime(article.until));
    document.add_value(kUntilSlot, until);
  }
  document.add_value(kCountedSlot, CountedLists(article.lists));
  document.add_value(kClusterSlot, article.cluster);
  document.add_value(kTranslationSlot, article.translation_set);
  return document;
}

size_t BytesOf(const IndexedArticle& article) {
  return article.title.size() + article.subtitle.size() + article.body.size();
}

}  // namespace

struct IndexWriter::Database {
  Xapian::WritableDatabase xapian;
};

IndexWriter::IndexWriter(std::unique_ptr<Database> database) : database_(std::move(database)) {}

IndexWriter::~IndexWriter() {
  // What was not committed is dropped: it would have no state to go with.
  const absl::Status ignored = Guarded([&] {
    if (pending_bytes_ > 0) {
      database_->xapian.begin_transaction(false);
      database_->xapian.cancel_transaction();
    }
    return absl::OkStatus();
  });
  ignored.IgnoreError();
}

void IndexWriter::NoteWritten(size_t bytes) {
  pending_bytes_ += bytes;
  written_bytes_ += bytes;
}

absl::StatusOr<std::unique_ptr<IndexWriter>> IndexWriter::Open(const std::string& path,
                                                               bool durable) {
  std::unique_ptr<IndexWriter> writer;
  const absl::Status status = Guarded([&] {
    auto database = std::make_unique<Database>();
    const int flags =
        Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS | (durable ? 0 : Xapian::DB_NO_SYNC);
    database->xapian = Xapian::WritableDatabase(path, flags, 4'096);
    writer.reset(new IndexWriter(std::move(database)));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return writer;
}

absl::Status IndexWriter::Put(const IndexedArticle& article) {
  NoteWritten(BytesOf(article) + 1);
  return Guarded([&] {
    database_->xapian.replace_document(ArticleTerm(article.article), DocumentOf(article));
    return absl::OkStatus();
  });
}

absl::Status IndexWriter::Add(const IndexedArticle& article) {
  NoteWritten(BytesOf(article) + 1);
  return Guarded([&] {
    database_->xapian.add_document(DocumentOf(article));
    return absl::OkStatus();
  });
}

absl::Status IndexWriter::Remove(uint64_t article) {
  NoteWritten(1);
  return Guarded([&] {
    database_->xapian.delete_document(ArticleTerm(article));
    return absl::OkStatus();
  });
}

absl::Status IndexWriter::Commit(const IndexState& state) {
  return Guarded([&] {
    WriteState(state, &database_->xapian);
    return Flush();
  });
}

absl::Status IndexWriter::Flush() {
  return Guarded([&] {
    database_->xapian.commit();
    pending_bytes_ = 0;
    return absl::OkStatus();
  });
}

absl::StatusOr<IndexState> IndexWriter::State() const {
  IndexState state;
  const absl::Status status = Guarded([&] {
    state = ReadState(database_->xapian);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return state;
}

absl::Status IndexWriter::CompactTo(const std::string& path) {
  return Guarded([&] {
    database_->xapian.compact(path, 0, 0);
    return absl::OkStatus();
  });
}

absl::Status IndexWriter::Merge(const std::vector<std::string>& from, const std::string& path) {
  return Guarded([&] {
    Xapian::Database all;
    for (const std::string& one : from) all.add_database(Xapian::Database(one));
    all.compact(path, 0, 0);
    return absl::OkStatus();
  });
}

}  // namespace dateline::query::search
