#include "services/ingestion/tag/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include "common/text/utf8.h"

namespace dateline::ingestion {
namespace {

// Enough for a sure answer; the rest of a long text would only cost time.
constexpr size_t kMaxBytes = 16'384;

// cld2 uses some codes that BCP 47 has replaced.
std::string ToBcp47(absl::string_view code) {
  if (code == "iw") return "he";
  if (code == "in") return "id";
  if (code == "ji") return "yi";
  if (code == "jw") return "jv";
  if (code == "mo") return "ro";
  if (code == "un" || code == "xxx") return "";
  return std::string(code);
}

}  // namespace

std::string DetectLanguage(absl::string_view text, absl::string_view hint) {
  const std::string sample = text::RepairUtf8(text::TruncateUtf8(text, kMaxBytes));
  const std::string tag(hint);
  const CLD2::CLDHints hints = {tag.empty() ? nullptr : tag.c_str(), nullptr,
                                CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  CLD2::Language languages[3];
  int percents[3];
  double scores[3];
  int text_bytes = 0;
  bool reliable = false;
  const CLD2::Language language = CLD2::ExtDetectLanguageSummary(
      sample.data(), static_cast<int>(sample.size()), /*is_plain_text=*/true, &hints, /*flags=*/0,
      languages, percents, scores, /*resultchunkvector=*/nullptr, &text_bytes, &reliable);
  if (!reliable) return "";
  return ToBcp47(CLD2::LanguageCode(language));
}

}  // namespace dateline::ingestion
