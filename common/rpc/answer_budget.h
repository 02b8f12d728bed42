#ifndef DATELINE_COMMON_RPC_ANSWER_BUDGET_H_
#define DATELINE_COMMON_RPC_ANSWER_BUDGET_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <cstddef>

namespace dateline::rpc {

// The answer of a unary method, filled by its handler: a message or bytes, which gRPC holds until
// the caller has read it, or the call has ended otherwise. One of no message is small.
class Answer {
 public:
  Answer() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a response stands for itself.
  Answer(google::protobuf::Message* message) : message_(message) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Answer(grpc::ByteBuffer* bytes) : bytes_(bytes) {}

  // Its encoded size.
  size_t ByteSize() const;
  // Gives its memory back.
  void Drop() const;

 private:
  google::protobuf::Message* message_ = nullptr;
  grpc::ByteBuffer* bytes_ = nullptr;
};

// Bounds what a server holds of large answers: a caller may ask for many and read none. Small ones
// are not counted, so that slow readers of large answers do not keep others out. Thread-safe.
class AnswerBudget {
 public:
  // Encoded; a message, which lives beside its encoded form, takes twice as much.
  static constexpr size_t kMaxBytes = size_t{64} << 20;

  explicit AnswerBudget(size_t max_bytes) : max_bytes_(max_bytes) {}

  // The part of one call, given back with it.
  class Share {
   public:
    Share() = default;
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share();

   private:
    friend class AnswerBudget;
    AnswerBudget* budget_ = nullptr;
    size_t bytes_ = 0;
  };

  static bool IsSmall(size_t bytes) { return bytes <= kSmallBytes; }

  // Takes room for an answer, at most once for a share; false if there is none.
  bool Take(size_t bytes, Share* share);

 private:
  // HTTP/2's first window, which is sent without being asked for.
  static constexpr size_t kSmallBytes = size_t{64} << 10;

  const size_t max_bytes_;
  std::atomic<size_t> held_{0};
};

}  // namespace dateline::rpc

#endif  // DATELINE_COMMON_RPC_ANSWER_BUDGET_H_
