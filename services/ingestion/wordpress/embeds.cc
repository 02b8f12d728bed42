#include "services/ingestion/wordpress/embeds.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/ingestion/wordpress/markup.h"

namespace dateline::ingestion::wordpress {
namespace {

using absl::string_view;

// Pages whose address begins so (without "www." or "m.") and goes on with an id, and what the
// player's address begins with.
constexpr struct {
  string_view page;
  string_view player;
} kPlayers[] = {
    {"youtube.com/embed/", "https://www.youtube.com/embed/"},
    {"youtube.com/shorts/", "https://www.youtube.com/embed/"},
    {"youtube.com/live/", "https://www.youtube.com/embed/"},
    {"youtube.com/v/", "https://www.youtube.com/embed/"},
    {"youtube-nocookie.com/embed/", "https://www.youtube-nocookie.com/embed/"},
    {"youtu.be/", "https://www.youtube.com/embed/"},
    {"player.vimeo.com/video/", "https://player.vimeo.com/video/"},
    {"vimeo.com/", "https://player.vimeo.com/video/"},
    {"dailymotion.com/video/", "https://www.dailymotion.com/embed/video/"},
    {"dai.ly/", "https://www.dailymotion.com/embed/video/"},
    {"open.spotify.com/track/", "https://open.spotify.com/embed/track/"},
    {"open.spotify.com/album/", "https://open.spotify.com/embed/album/"},
    {"open.spotify.com/playlist/", "https://open.spotify.com/embed/playlist/"},
    {"open.spotify.com/episode/", "https://open.spotify.com/embed/episode/"},
    {"open.spotify.com/show/", "https://open.spotify.com/embed/show/"},
};

string_view IdAt(string_view s) {
  const auto end = std::find_if_not(s.begin(), s.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) != 0 || c == '-' || c == '_';
  });
  return s.substr(0, static_cast<size_t>(end - s.begin()));
}

// The address without its scheme and what stands before a host that is known.
string_view Bare(string_view address) {
  if (!absl::ConsumePrefix(&address, "https://")) absl::ConsumePrefix(&address, "http://");
  if (!absl::ConsumePrefix(&address, "www.")) absl::ConsumePrefix(&address, "m.");
  return address;
}

// The id of "youtube.com/watch?feature=x&v=ID".
string_view YouTubeId(string_view query) {
  const size_t at = absl::StartsWith(query, "v=") ? 0 : query.find("v=");
  if (at == string_view::npos) return "";
  if (at > 0 && query[at - 1] != '&' && query[at - 1] != ';') return "";
  return IdAt(absl::ClippedSubstr(query, at + 2));
}

// The address of the page's player, or empty.
std::string PlayerAddress(string_view address) {
  string_view bare = Bare(address);
  if (absl::ConsumePrefix(&bare, "youtube.com/watch?")) {
    const string_view id = YouTubeId(bare);
    return id.empty() ? "" : absl::StrCat("https://www.youtube.com/embed/", id);
  }
  for (const auto& [page, player] : kPlayers) {
    if (!absl::StartsWith(bare, page)) continue;
    const string_view id = IdAt(absl::ClippedSubstr(bare, page.size()));
    // Vimeo has pages of other kinds beside its videos, which have numbers.
    const bool is_video = page != "vimeo.com/" ||
                          std::all_of(id.begin(), id.end(),
                                      [](unsigned char c) { return absl::ascii_isdigit(c) != 0; });
    return id.empty() || !is_video ? "" : absl::StrCat(player, id);
  }
  if (absl::StartsWith(bare, "soundcloud.com/")) {
    std::string encoded;
    for (const char c : address) {
      const auto byte = static_cast<unsigned char>(c);
      if (absl::ascii_isalnum(byte) != 0 || absl::StrContains("-._~/", c)) {
        encoded += c;
      } else {
        absl::StrAppend(&encoded, "%", absl::AsciiStrToUpper(absl::BytesToHexString({&c, 1})));
      }
    }
    return absl::StrCat("https://w.soundcloud.com/player/?url=", encoded);
  }
  return "";
}

}  // namespace

bool IsAddress(string_view text) {
  return (absl::StartsWith(text, "https://") || absl::StartsWith(text, "http://")) &&
         text.find_first_of(" \t\r\n<>\"") == string_view::npos;
}

string_view MediumOfAddress(string_view address) {
  static constexpr struct {
    string_view ending;
    string_view medium;
  } kEndings[] = {{".mp3", "audio"}, {".m4a", "audio"},  {".ogg", "audio"},  {".oga", "audio"},
                  {".wav", "audio"}, {".flac", "audio"}, {".wma", "audio"},  {".mp4", "video"},
                  {".m4v", "video"}, {".webm", "video"}, {".ogv", "video"},  {".mov", "video"},
                  {".flv", "video"}, {".wmv", "video"},  {".jpg", "image"},  {".jpeg", "image"},
                  {".png", "image"}, {".gif", "image"},  {".webp", "image"}, {".avif", "image"}};
  const string_view path = address.substr(0, address.find_first_of("?#|"));
  for (const auto& [ending, medium] : kEndings) {
    if (absl::EndsWithIgnoreCase(path, ending)) return medium;
  }
  return "";
}

std::string PlayerOf(string_view element, string_view address, string_view still) {
  std::string html = absl::StrCat("<", element, " controls src=\"");
  AppendAttribute(address, &html);
  if (!still.empty()) {
    html += "\" poster=\"";
    AppendAttribute(still, &html);
  }
  absl::StrAppend(&html, "\"></", element, ">");
  return html;
}

std::string LinkTo(string_view address) {
  std::string html = "<a href=\"";
  AppendAttribute(address, &html);
  html += "\">";
  AppendAttribute(address, &html);
  html += "</a>";
  return html;
}

std::string EmbedOf(string_view address) {
  if (const std::string player = PlayerAddress(address); !player.empty()) {
    return absl::StrCat("<iframe src=\"", player, "\"></iframe>");
  }
  const string_view medium = MediumOfAddress(address);
  if (medium == "audio" || medium == "video") return PlayerOf(medium, address);
  return LinkTo(address);
}

}  // namespace dateline::ingestion::wordpress
