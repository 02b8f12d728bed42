#include "services/ingestion/parse/medium.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

struct Ending {
  string_view ending;
  string_view medium;
};

constexpr Ending kEndings[] = {
    {"jpg", "image"},  {"jpeg", "image"}, {"png", "image"},  {"gif", "image"},  {"webp", "image"},
    {"avif", "image"}, {"bmp", "image"},  {"svg", "image"},  {"heic", "image"}, {"jxl", "image"},
    {"mp3", "audio"},  {"m4a", "audio"},  {"aac", "audio"},  {"oga", "audio"},  {"ogg", "audio"},
    {"opus", "audio"}, {"wav", "audio"},  {"flac", "audio"}, {"m4b", "audio"},  {"mp4", "video"},
    {"m4v", "video"},  {"webm", "video"}, {"mov", "video"},  {"ogv", "video"},  {"mkv", "video"},
    {"avi", "video"},  {"mpg", "video"},  {"mpeg", "video"},
};

}  // namespace

string_view MediumOf(string_view type, string_view url) {
  for (const string_view medium : {"image", "video", "audio"}) {
    if (absl::StartsWithIgnoreCase(type, medium)) return medium;
  }
  // Servers say this of any file.
  if (!type.empty() && !absl::EndsWithIgnoreCase(type, "/octet-stream")) return "";
  const string_view path = url.substr(0, url.find_first_of("?#"));
  const string_view name = absl::ClippedSubstr(path, std::min(path.rfind('/'), path.size()));
  const size_t dot = name.rfind('.');
  if (dot == string_view::npos) return "";
  const auto found = std::find_if(std::begin(kEndings), std::end(kEndings), [&](const Ending& e) {
    return absl::EqualsIgnoreCase(e.ending, absl::ClippedSubstr(name, dot + 1));
  });
  return found == std::end(kEndings) ? string_view() : found->medium;
}

}  // namespace dateline::ingestion::parse
