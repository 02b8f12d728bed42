#include "services/ingestion/tag/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/text/language_tag.h"
#include "common/text/utf8.h"

namespace dateline::ingestion {
namespace {

using absl::string_view;

// Share of the text, in percent, that must be in the language which overrules a declaration.
constexpr int kPlainPercent = 90;

// Languages that detection takes for each other.
constexpr string_view kAlike[] = {"no nb nn da sv", "hr sr bs sh cnr", "id ms",    "cs sk",
                                  "es gl ca pt",    "bg mk",           "hi mr ne", "fa ps ur",
                                  "az tr tk",       "kk ky tt ba",     "zu xh",    "af nl"};

string_view Primary(string_view tag) { return tag.substr(0, tag.find('-')); }

bool AreAlike(string_view a, string_view b) {
  if (a == b) return true;
  return std::any_of(std::begin(kAlike), std::end(kAlike), [&](string_view group) {
    const std::vector<string_view> languages = absl::StrSplit(group, ' ');
    const auto has = [&](string_view language) {
      return std::find(languages.begin(), languages.end(), language) != languages.end();
    };
    return has(a) && has(b);
  });
}

struct Detection {
  std::string tag;  // Empty if cld2 is not sure.
  int percent = 0;  // Of the text.
};

Detection Detect(string_view text, string_view hint) {
  const std::string sample = text::RepairUtf8(text::TruncateUtf8(text, kLanguageSampleBytes));
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
  if (!reliable) return {};
  Detection detection{text::LanguageTag(CLD2::LanguageCode(language))};
  for (int i = 0; i < 3; ++i) {
    if (languages[i] == language) detection.percent = percents[i];
  }
  return detection;
}

}  // namespace

std::string DetectLanguage(string_view text, string_view hint) { return Detect(text, hint).tag; }

std::string ChooseLanguage(string_view declared, string_view text) {
  if (!declared.empty() && text.size() < kMinBytesToOverrule) return std::string(declared);
  // Without a hint: the declaration must not speak for itself.
  const Detection detection = Detect(text, "");
  if (declared.empty()) return detection.tag;
  const bool contradicts = !detection.tag.empty() && detection.percent >= kPlainPercent &&
                           !AreAlike(Primary(declared), Primary(detection.tag));
  return contradicts ? detection.tag : std::string(declared);
}

}  // namespace dateline::ingestion
