#include "services/cli/import/progress_display.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace dateline::cli {
namespace {

constexpr absl::Duration kRedraw = absl::Milliseconds(200);
constexpr absl::Duration kNextLine = absl::Seconds(10);
constexpr int kBarWidth = 24;

// 1234567 as 1,234,567.
std::string Grouped(int64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string Left(absl::Duration left) {
  const int64_t seconds = absl::ToInt64Seconds(left + absl::Milliseconds(500));
  if (seconds >= 3600) return absl::StrFormat("%d h %02d min", seconds / 3600, seconds / 60 % 60);
  if (seconds >= 60) return absl::StrFormat("%d min %02d s", seconds / 60, seconds % 60);
  return absl::StrFormat("%d s", seconds);
}

}  // namespace

std::string RenderProgress(const WorkDone& done, int width) {
  std::string out;
  if (width > 0 && done.fraction > 0) {
    const int filled = std::clamp(static_cast<int>(done.fraction * width + 0.5), 0, width);
    absl::StrAppend(&out, "[", std::string(static_cast<size_t>(filled), '#'),
                    std::string(static_cast<size_t>(width - filled), '.'), "] ");
  }
  if (done.fraction > 0) absl::StrAppendFormat(&out, "%3.0f %%  ", done.fraction * 100);
  absl::StrAppend(&out, Grouped(done.items), " items");
  const double seconds = absl::ToDoubleSeconds(done.elapsed);
  const double rate =
      seconds > 0 ? static_cast<double>(done.items - done.items_before) / seconds : 0;
  absl::StrAppend(&out, "  ", Grouped(static_cast<int64_t>(rate + 0.5)), "/s");
  if (done.fraction > 0 && done.fraction < 1 && rate > 0) {
    const double whole = static_cast<double>(done.items) / done.fraction;
    absl::StrAppend(&out, "  ",
                    Left(absl::Seconds((whole - static_cast<double>(done.items)) / rate)), " left");
  }
  absl::StrAppend(&out, "  ", Grouped(done.rejects), " rejected");
  return out;
}

void ProgressDisplay::Clear() {
  if (has_line_) out_ << "\r\x1b[K";
  has_line_ = false;
}

void ProgressDisplay::Draw(WorkDone* done) {
  drawn_ = clock_->Elapsed();
  done->elapsed = drawn_ - start_;
  Clear();
  out_ << RenderProgress(*done, is_terminal_ ? kBarWidth : 0);
  if (is_terminal_) {
    has_line_ = true;
  } else {
    out_ << "\n";
  }
  out_.flush();
}

void ProgressDisplay::Update(WorkDone done) {
  if (drawn_ == -absl::InfiniteDuration()) drawn_ = start_;
  if (clock_->Elapsed() - drawn_ < (is_terminal_ ? kRedraw : kNextLine)) return;
  Draw(&done);
}

void ProgressDisplay::Note(const std::string& line) {
  Clear();
  out_ << line << "\n";
}

void ProgressDisplay::End(WorkDone done) {
  Draw(&done);
  if (has_line_) out_ << "\n";
  has_line_ = false;
  out_.flush();
}

}  // namespace dateline::cli
