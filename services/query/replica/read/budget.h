#ifndef DATELINE_SERVICES_QUERY_REPLICA_READ_BUDGET_H_
#define DATELINE_SERVICES_QUERY_REPLICA_READ_BUDGET_H_

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>

namespace dateline::query::replica {

// How far a walk may go: so many moves of a cursor, and no further than its caller waits. Belongs
// to one thread.
class Budget {
 public:
  // `stop`, which may be null, is asked now and then; once it says true, nothing more is given.
  explicit Budget(int64_t steps, std::function<bool()> stop = nullptr)
      : left_(steps), stop_(std::move(stop)) {}

  // Takes one step; false if there is none left.
  bool Take() {
    if (left_ <= 0) return false;
    if (stop_ != nullptr && taken_ % kStepsBetweenQuestions == 0 && stop_()) {
      left_ = 0;
      reserve_ = 0;
      return false;
    }
    --left_;
    ++taken_;
    return true;
  }

  int64_t taken() const { return taken_; }

  // Keeps part of what is left for later while it lives, so that one branch of a walk cannot spend
  // what the others need to get on.
  class Slice {
   public:
    // Leaves `share` of `of` equal parts.
    Slice(Budget* budget, int64_t share, int64_t of) : budget_(budget) {
      const int64_t kept = budget->left_ - budget->left_ * share / std::max<int64_t>(of, 1);
      budget->left_ -= kept;
      budget->reserve_ += kept;
      kept_ = kept;
    }
    ~Slice() {
      const int64_t back = std::min(kept_, budget_->reserve_);
      budget_->reserve_ -= back;
      budget_->left_ += back;
    }
    Slice(const Slice&) = delete;
    Slice& operator=(const Slice&) = delete;

   private:
    Budget* const budget_;
    int64_t kept_ = 0;
  };

 private:
  static constexpr int64_t kStepsBetweenQuestions = 256;

  int64_t left_;
  int64_t reserve_ = 0;
  int64_t taken_ = 0;
  const std::function<bool()> stop_;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_READ_BUDGET_H_
