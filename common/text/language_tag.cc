#include "common/text/language_tag.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace dateline::text {
namespace {

using absl::string_view;

// What feeds write for a language, and the tag that is meant: codes that BCP 47 has replaced, codes
// of countries that are no languages, names.
constexpr std::pair<string_view, string_view> kMeant[] = {
    {"iw", "he"},      {"in", "id"},      {"ji", "yi"},        {"jw", "jv"},
    {"mo", "ro"},      {"jp", "ja"},      {"cn", "zh"},        {"kr", "ko"},
    {"ua", "uk"},      {"cz", "cs"},      {"gr", "el"},        {"dk", "da"},
    {"gb", "en-GB"},   {"us", "en-US"},   {"english", "en"},   {"german", "de"},
    {"deutsch", "de"}, {"french", "fr"},  {"spanish", "es"},   {"italian", "it"},
    {"dutch", "nl"},   {"polish", "pl"},  {"russian", "ru"},   {"portuguese", "pt"},
    {"kazakh", "kk"},  {"arabic", "ar"},  {"chinese", "zh"},   {"japanese", "ja"},
    {"korean", "ko"},  {"turkish", "tr"}, {"ukrainian", "uk"}, {"und", ""},
    {"mul", ""},       {"zxx", ""},       {"mis", ""},         {"xx", ""},
    {"un", ""},        {"xxx", ""},
};

std::string Meant(std::string code) {
  for (const auto& [written, meant] : kMeant) {
    if (written == code) return std::string(meant);
  }
  return code;
}

}  // namespace

std::string LanguageTag(string_view declared) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(declared));
  std::vector<std::string> parts = absl::StrSplit(lower, absl::ByAnyChar("-_ "));
  const std::string primary = Meant(parts[0]);
  const bool plausible = lower.size() <= 35 &&
                         (primary.size() == 2 || primary.size() == 3 || primary.size() == 5) &&
                         std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
                           return !part.empty() && part.size() <= 8 &&
                                  std::all_of(part.begin(), part.end(), [](char c) {
                                    return absl::ascii_isalnum(static_cast<unsigned char>(c));
                                  });
                         });
  const auto is_letter = [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); };
  if (!plausible || !std::all_of(parts[0].begin(), parts[0].end(), is_letter)) return "";
  if (primary.size() == 5) return primary;
  parts[0] = primary;
  for (size_t i = 1; i < parts.size(); ++i) {
    // Scripts have four letters, regions two (RFC 5646, section 2.1.1).
    if (parts[i].size() == 4 && is_letter(parts[i][0])) {
      parts[i][0] = absl::ascii_toupper(static_cast<unsigned char>(parts[i][0]));
    } else if (parts[i].size() == 2) {
      parts[i] = absl::AsciiStrToUpper(parts[i]);
    }
  }
  return absl::StrJoin(parts, "-");
}

}  // namespace dateline::text
