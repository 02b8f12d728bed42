#include "services/query/search/highlight.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "common/text/utf8.h"

namespace dateline::query::search {
namespace {

constexpr size_t kSnippetWords = 30;
// Words before the first match, so that a snippet does not begin with it.
constexpr size_t kWordsBefore = 6;
// Text that is looked at: more is no prose, and costs time.
constexpr size_t kMaxTextBytes = size_t{128} << 10;
// Words of which it is kept what they match.
constexpr size_t kMaxKnown = 10'000;

}  // namespace

Highlighter::Highlighter(const TextQuery& query, const std::vector<std::string>& languages)
    : stemmers_(StemmersOf(languages)) {
  for (const std::vector<Clause>& group : query.groups) {
    for (const Clause& clause : group) {
      std::set<std::string> stems;
      if (clause.kind == Clause::Kind::kWord) {
        for (const auto& stemmer : stemmers_) stems.insert(stemmer->StemOf(clause.words[0]));
      }
      clauses_.push_back(clause);
      stems_.push_back(std::move(stems));
    }
  }
}

bool Highlighter::Matches(const Clause& clause, const std::set<std::string>& stems,
                          const Word& word) const {
  if (clause.kind == Clause::Kind::kPrefix) {
    return absl::StartsWith(word.plain, clause.words[0].plain);
  }
  if (word.plain == clause.words[0].plain) return true;
  return std::any_of(stemmers_.begin(), stemmers_.end(),
                     [&](const auto& stemmer) { return stems.contains(stemmer->StemOf(word)); });
}

size_t Highlighter::ClauseOf(const Word& word) const {
  const auto known = known_.find(word.lower);
  if (known != known_.end()) return known->second;
  size_t i = 0;
  while (i < clauses_.size() &&
         (clauses_[i].kind == Clause::Kind::kPhrase || !Matches(clauses_[i], stems_[i], word))) {
    ++i;
  }
  if (known_.size() < kMaxKnown) known_.emplace(word.lower, i);
  return i;
}

std::vector<Highlighter::Found> Highlighter::Find(const std::vector<Word>& words) const {
  std::vector<Found> found;
  for (size_t at = 0; at < words.size(); ++at) {
    const size_t of_word = ClauseOf(words[at]);
    for (size_t i = 0; i < clauses_.size(); ++i) {
      const Clause& clause = clauses_[i];
      if (clause.kind != Clause::Kind::kPhrase) {
        if (i != of_word) continue;
        found.push_back({at, at, i});
        break;
      }
      const size_t size = clause.words.size();
      const bool all = at + size <= words.size() &&
                       std::equal(clause.words.begin(), clause.words.end(),
                                  words.begin() + static_cast<std::ptrdiff_t>(at),
                                  [](const Word& a, const Word& b) { return a.plain == b.plain; });
      if (!all) continue;
      found.push_back({at, at + size - 1, i});
      at += size - 1;
      break;
    }
  }
  return found;
}

std::vector<Stretch> Highlighter::MatchesIn(absl::string_view text) const {
  const std::vector<Word> words = WordsOf(text::TruncateUtf8(text, kMaxTextBytes));
  std::vector<Stretch> matches;
  for (const Found& found : Find(words)) {
    matches.push_back({words[found.first].begin, words[found.last].end});
  }
  return matches;
}

Snippet Highlighter::SnippetOf(absl::string_view text) const {
  const std::vector<Word> words = WordsOf(text::TruncateUtf8(text, kMaxTextBytes));
  Snippet snippet;
  if (words.empty()) return snippet;
  const std::vector<Found> found = Find(words);
  // The window that begins with a match and holds the most different clauses; the first of equals.
  size_t best = 0;
  size_t most = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    std::set<size_t> clauses;
    for (size_t j = i;
         j < found.size() && found[j].last < found[i].first + kSnippetWords - kWordsBefore; ++j) {
      clauses.insert(found[j].clause);
    }
    if (clauses.size() <= most) continue;
    most = clauses.size();
    best = found[i].first;
  }
  const size_t first = best - std::min(best, kWordsBefore);
  const size_t last = std::min(first + kSnippetWords, words.size()) - 1;
  const size_t begin = words[first].begin;
  // A full stop that ends the last word belongs to it.
  size_t end = words[last].end;
  if (end < text.size() && (text[end] == '.' || text[end] == '!' || text[end] == '?')) ++end;
  snippet.text = std::string(absl::ClippedSubstr(text, begin, end - begin));
  for (const Found& one : found) {
    if (one.first < first || one.last > last) continue;
    snippet.matches.push_back({words[one.first].begin - begin, words[one.last].end - begin});
  }
  return snippet;
}

}  // namespace dateline::query::search
