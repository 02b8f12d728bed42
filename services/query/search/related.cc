#include "services/query/search/related.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "services/query/search/document.h"

namespace dateline::query::search {
namespace {

using Xapian::Query;

// Words of an article that are used: more of them make it slow and no better.
constexpr Xapian::termcount kMaxWords = 20;
constexpr size_t kMinWordBytes = 3;

// Words only, no terms with a prefix and no numbers.
class WordsOnly final : public Xapian::ExpandDecider {
 public:
  bool operator()(const std::string& term) const override {
    const auto first = static_cast<unsigned char>(term.empty() ? 'Z' : term[0]);
    return term.size() >= kMinWordBytes && !absl::ascii_isupper(first) &&
           !absl::ascii_isdigit(first);
  }
};

std::vector<Query> WordsOfArticle(const Xapian::Database& database, uint64_t article) {
  std::vector<Query> words;
  const std::string term = ArticleTerm(article);
  const auto found = database.postlist_begin(term);
  if (found == database.postlist_end(term)) return words;
  Xapian::RSet likes;
  likes.add_document(*found);
  Xapian::Enquire enquire(database);
  const WordsOnly decider;
  const Xapian::ESet telling = enquire.get_eset(kMaxWords, likes, &decider);
  for (auto word = telling.begin(); word != telling.end(); ++word) words.emplace_back(*word);
  return words;
}

}  // namespace

RelatedQuery::RelatedQuery(const Xapian::Database& database, uint64_t article,
                           const std::vector<std::string>& topics) {
  std::vector<Query> parts = WordsOfArticle(database, article);
  const double documents = database.get_doccount();
  for (const std::string& topic : topics) {
    const double rarity = std::log(1 + documents / (1.0 + database.get_termfreq(ListTerm(topic))));
    sources_.push_back(std::make_unique<Xapian::FixedWeightPostingSource>(rarity));
    parts.emplace_back(Query::OP_FILTER, Query(sources_.back().get()), Query(ListTerm(topic)));
  }
  query_ =
      parts.empty() ? Query(Query::MatchNothing) : Query(Query::OP_OR, parts.begin(), parts.end());
}

}  // namespace dateline::query::search
