#ifndef DATELINE_SERVICES_QUERY_SEARCH_MATCH_H_
#define DATELINE_SERVICES_QUERY_SEARCH_MATCH_H_

#include <xapian.h>

#include <exception>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// What takes part in a match of Xapian. Within this folder only; of one thread.
namespace dateline::query::search {

// Thrown out of a match when nobody waits for it any more.
class Stopped final : public std::exception {
 public:
  const char* what() const noexcept override { return "nobody waits any more"; }
};

// All documents, younger ones with more weight. It sees each candidate, so it also stops the match.
class RecencySource final : public Xapian::ValuePostingSource {
 public:
  RecencySource(absl::Time now, std::function<bool()> stop);

  double get_weight() const override;
  void next(double min_weight) override;
  void skip_to(Xapian::docid document, double min_weight) override;
  bool check(Xapian::docid document, double min_weight) override;
  void init(const Xapian::Database& database) override;

 private:
  void Step();

  const double now_;  // in minutes from 1970
  const std::function<bool()> stop_;
  int steps_ = 0;
};

// Counts hits by the lists in kCountedSlot.
class CountingSpy final : public Xapian::MatchSpy {
 public:
  void operator()(const Xapian::Document& document, double weight) override;
  std::map<std::string, int64_t>& counts() { return counts_; }

 private:
  std::map<std::string, int64_t> counts_;
};

// Leaves out what changed and is no longer where the index has it.
class ChangedDecider final : public Xapian::MatchDecider {
 public:
  // All must outlive it.
  ChangedDecider(const std::set<uint64_t>& changed,
                 const std::function<bool(absl::string_view)>& is_right)
      : changed_(changed), is_right_(is_right) {}
  bool operator()(const Xapian::Document& document) const override;

 private:
  const std::set<uint64_t>& changed_;
  const std::function<bool(absl::string_view)>& is_right_;
};

}  // namespace dateline::query::search

#endif  // DATELINE_SERVICES_QUERY_SEARCH_MATCH_H_
