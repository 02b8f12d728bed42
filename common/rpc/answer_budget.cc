#include "common/rpc/answer_budget.h"

#include <memory>

namespace dateline::rpc {

size_t Answer::ByteSize() const {
  if (message_ != nullptr) return message_->ByteSizeLong();
  return bytes_ == nullptr ? 0 : bytes_->Length();
}

void Answer::Drop() const {
  if (bytes_ != nullptr) bytes_->Clear();
  if (message_ == nullptr) return;
  // Clear() alone would keep the memory for the message's next use.
  const std::unique_ptr<google::protobuf::Message> empty(message_->New());
  message_->GetReflection()->Swap(message_, empty.get());
}

AnswerBudget::Share::~Share() {
  if (budget_ != nullptr) budget_->held_ -= bytes_;
}

bool AnswerBudget::Take(size_t bytes, Share* share) {
  if (IsSmall(bytes)) return true;
  if (held_.fetch_add(bytes) + bytes > max_bytes_) {
    held_ -= bytes;
    return false;
  }
  share->budget_ = this;
  share->bytes_ = bytes;
  return true;
}

}  // namespace dateline::rpc
