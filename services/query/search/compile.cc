#include "services/query/search/compile.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "services/query/replica/store/keys.h"
#include "services/query/search/document.h"

namespace dateline::query::search {
namespace {

using Xapian::Query;

// Words that a prefix stands for: the most frequent ones.
constexpr Xapian::termcount kMaxExpansion = 100;

Query CompileClause(const Clause& clause,
                    const std::vector<std::shared_ptr<const Stemmer>>& stemmers) {
  if (clause.kind == Clause::Kind::kPrefix) {
    return Query(Query::OP_WILDCARD, clause.words[0].plain, kMaxExpansion,
                 Query::WILDCARD_LIMIT_MOST_FREQUENT, Query::OP_SYNONYM);
  }
  if (clause.kind == Clause::Kind::kPhrase) {
    std::vector<Query> words;
    for (const Word& word : clause.words) words.emplace_back(word.plain);
    return Query(Query::OP_PHRASE, words.begin(), words.end(),
                 static_cast<Xapian::termcount>(words.size()));
  }
  std::set<std::string> terms = {clause.words[0].plain};
  for (const auto& stemmer : stemmers) {
    terms.insert(absl::StrCat(kStemPrefix, stemmer->StemOf(clause.words[0])));
  }
  // The word itself counts more than another form of it.
  return Query(Query::OP_OR, terms.begin(), terms.end());
}

Query TimeRange(absl::Time from, absl::Time until) {
  if (from >= until) return Query::MatchNothing;
  // Places count time downwards: the earliest instant is the last one.
  const std::string last = replica::ListSuffix({from, ~uint64_t{0}, replica::Slot::kScheduled});
  const std::string first =
      until == absl::InfiniteFuture()
          ? std::string()
          : replica::ListSuffix({until - absl::Microseconds(1), 0, replica::Slot::kLive});
  return Query(Query::OP_VALUE_RANGE, kPlaceSlot, first, last);
}

}  // namespace

Query CompileText(const TextQuery& query, const std::vector<std::string>& languages) {
  const auto stemmers = StemmersOf(languages);
  if (query.groups.empty()) return Query::MatchNothing;
  std::vector<Query> groups;
  for (const std::vector<Clause>& group : query.groups) {
    std::vector<Query> either;
    either.reserve(group.size());
    for (const Clause& clause : group) either.push_back(CompileClause(clause, stemmers));
    groups.emplace_back(Query::OP_OR, either.begin(), either.end());
  }
  Query all(Query::OP_AND, groups.begin(), groups.end());
  if (query.excluded.empty()) return all;
  std::vector<Query> excluded;
  for (const Clause& clause : query.excluded) excluded.push_back(CompileClause(clause, stemmers));
  return Query(Query::OP_AND_NOT, all, Query(Query::OP_OR, excluded.begin(), excluded.end()));
}

Query CompilePlan(const replica::Plan& plan) {
  using Kind = replica::Plan::Kind;
  if (plan.kind == Kind::kTerm) return Query(ListTerm(plan.list));
  if (plan.kind == Kind::kTime) return TimeRange(plan.from, plan.until);
  std::vector<Query> parts;
  for (const replica::Plan& part : plan.parts) parts.push_back(CompilePlan(part));
  if (plan.kind == Kind::kNot) return Query(Query::OP_AND_NOT, Query::MatchAll, parts[0]);
  if (parts.empty()) return plan.kind == Kind::kAnd ? Query::MatchAll : Query::MatchNothing;
  return Query(plan.kind == Kind::kAnd ? Query::OP_AND : Query::OP_OR, parts.begin(), parts.end());
}

Query CompileLanguages(const std::vector<std::string>& languages) {
  if (languages.empty()) return Query::MatchAll;
  std::set<std::string> terms = {kLanguagePrefix};
  for (const std::string& language : languages) {
    const std::vector<std::string> ranges = LanguageRanges(language);
    if (ranges.empty()) continue;
    terms.insert(absl::StrCat(kLanguageRangePrefix, ranges.front()));
    for (const std::string& range : ranges) terms.insert(absl::StrCat(kLanguagePrefix, range));
  }
  return Query(Query::OP_OR, terms.begin(), terms.end());
}

Query CompileEnded(absl::Time now) {
  std::string end;
  replica::AppendNumber(&end, replica::OrderedTime(now));
  // Articles without an end have no value, which is below all.
  return Query(Query::OP_VALUE_RANGE, kUntilSlot, std::string(1, '\0'), end);
}

bool HoldsForAll(const Query& condition, const Xapian::Database& database) {
  if (condition.get_type() == Query::LEAF_MATCH_ALL) return true;
  if (condition.get_type() == Query::LEAF_TERM) {
    return database.get_termfreq(*condition.get_terms_begin()) == database.get_doccount();
  }
  if (condition.get_type() != Query::OP_OR) return false;
  for (size_t i = 0; i < condition.get_num_subqueries(); ++i) {
    if (HoldsForAll(condition.get_subquery(i), database)) return true;
  }
  return false;
}

}  // namespace dateline::query::search
