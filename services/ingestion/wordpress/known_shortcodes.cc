#include "services/ingestion/wordpress/known_shortcodes.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/ingestion/wordpress/embeds.h"
#include "services/ingestion/wordpress/markup.h"

namespace dateline::ingestion::wordpress {
namespace {

using absl::string_view;
// Files of a gallery.
constexpr size_t kMaxFiles = 500;

constexpr string_view kCode[] = {"bash",       "code",  "css",        "html", "java",
                                 "javascript", "js",    "perl",       "php",  "python",
                                 "ruby",       "shell", "sourcecode", "sql",  "xml"};

// Shortcodes of hosts, and what the id that they may give in the place of an address stands behind.
constexpr struct {
  string_view name;
  string_view page;
} kHosts[] = {
    {"dailymotion", "https://www.dailymotion.com/video/"},
    {"googlemaps", ""},
    {"instagram", "https://www.instagram.com/p/"},
    {"soundcloud", ""},
    {"spotify", ""},
    {"tweet", "https://twitter.com/i/status/"},
    {"videopress", "https://videopress.com/v/"},
    {"vimeo", "https://vimeo.com/"},
    {"wpvideo", "https://videopress.com/v/"},
    {"youtube", "https://www.youtube.com/watch?v="},
};

bool IsCode(string_view name) {
  return std::find(std::begin(kCode), std::end(kCode), name) != std::end(kCode);
}

bool IsCaption(string_view name) { return name == "caption" || name == "wp_caption"; }

// Null for a name that is none of kHosts.
const string_view* PageOfHost(string_view name) {
  for (const auto& host : kHosts) {
    if (host.name == name) return &host.page;
  }
  return nullptr;
}

// The address that a shortcode names, in whichever way; with `page`, an id becomes one, too.
std::string AddressOf(const ShortcodeTag& tag, string_view content, string_view page) {
  std::vector<string_view> values = {tag.Get("src"), tag.Get("url"), tag.Get("id"),
                                     tag.FirstValue(), content};
  for (const ShortcodeAttribute& attribute : tag.attributes) values.push_back(attribute.value);
  for (string_view value : values) {
    value = absl::StripAsciiWhitespace(value);
    if (IsAddress(value)) return std::string(value);
    const bool is_id =
        !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
          return absl::ascii_isalnum(c) != 0 || c == '-' || c == '_';
        });
    if (is_id && !page.empty()) return absl::StrCat(page, value);
  }
  return "";
}

std::string FigureOf(string_view content, string_view caption) {
  if (absl::StripAsciiWhitespace(caption).empty())
    return absl::StrCat("<figure>", content, "</figure>");
  return absl::StrCat("<figure>", content, "<figcaption>", absl::StripAsciiWhitespace(caption),
                      "</figcaption></figure>");
}

// The picture stands first, perhaps within a link; the rest is its caption.
std::string RenderCaption(const ShortcodeTag& tag, string_view content) {
  content = absl::StripAsciiWhitespace(content);
  string_view caption = tag.Get("caption");
  if (!caption.empty()) return FigureOf(content, caption);
  const string_view lower_image = "<img";
  const auto image =
      std::search(content.begin(), content.end(), lower_image.begin(), lower_image.end(),
                  [](unsigned char a, unsigned char b) { return absl::ascii_tolower(a) == b; });
  if (image == content.end()) return std::string(content);
  const auto begin = static_cast<size_t>(image - content.begin());
  const Markup markup = MarkupReader(content).Read(begin);
  if (markup.kind != Markup::Kind::kTag) return std::string(content);
  size_t end = markup.end;
  const size_t next = std::min(content.find_first_not_of(" \t\r\n", end), content.size());
  if (absl::StartsWithIgnoreCase(absl::ClippedSubstr(content, next), "</a>")) end = next + 4;
  caption = absl::ClippedSubstr(content, end);
  if (absl::StripAsciiWhitespace(caption).empty()) return std::string(content);
  return FigureOf(content.substr(0, end), caption);
}

std::string Escaped(string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '&') {
      html += "&amp;";
    } else {
      AppendAttribute({&c, 1}, &html);
    }
  }
  return html;
}

std::vector<int64_t> Ids(string_view list) {
  static constexpr string_view kDigits = "0123456789";
  std::vector<int64_t> ids;
  for (string_view part : absl::StrSplit(list, ',')) {
    // Quotes that an editor has made typographic belong to the value.
    const size_t begin = std::min(part.find_first_of(kDigits), part.size());
    const size_t end = part.find_first_not_of(kDigits, begin);
    int64_t id = 0;
    if (absl::SimpleAtoi(absl::ClippedSubstr(part, begin, end - begin), &id)) ids.push_back(id);
  }
  return ids;
}

// The files that a gallery or playlist names, or else those of the post.
std::vector<const ExportFile*> FilesOf(const ShortcodeTag& tag, const Scope& scope,
                                       string_view medium) {
  std::vector<const ExportFile*> files;
  const string_view list = tag.Get("ids").empty() ? tag.Get("include") : tag.Get("ids");
  if (list.empty()) {
    int64_t post = scope.post;
    if (!tag.Get("id").empty() && !absl::SimpleAtoi(tag.Get("id"), &post)) return files;
    files = scope.files.Of(post, medium);
    for (const int64_t excluded : Ids(tag.Get("exclude"))) {
      files.erase(std::remove(files.begin(), files.end(), scope.files.Find(excluded)), files.end());
    }
  }
  for (const int64_t id : Ids(list)) {
    const ExportFile* const file = scope.files.Find(id);
    if (file != nullptr && MediumOfAddress(file->address) == medium) files.push_back(file);
  }
  if (files.size() > kMaxFiles) files.resize(kMaxFiles);
  return files;
}

std::string RenderGallery(const ShortcodeTag& tag, const Scope& scope) {
  std::string html;
  for (const ExportFile* file : FilesOf(tag, scope, "image")) {
    html += FigureOf(PictureOf(Escaped(file->address), Escaped(file->title)), file->caption);
  }
  return html;
}

std::string RenderPlaylist(const ShortcodeTag& tag, const Scope& scope) {
  const string_view medium = tag.Get("type") == "video" ? "video" : "audio";
  std::string html;
  for (const ExportFile* file : FilesOf(tag, scope, medium)) {
    html += FigureOf(PlayerOf(medium, Escaped(file->address)), Escaped(file->title));
  }
  return html;
}

// [audio] and [video].
std::string RenderPlayer(const ShortcodeTag& tag, const Scope& scope) {
  std::string address = AddressOf(tag, "", "");
  // "[audio https://….mp3|titles=…]" is an older form.
  address.resize(std::min(address.find('|'), address.size()));
  if (address.empty()) {
    const std::vector<const ExportFile*> files = scope.files.Of(scope.post, tag.name);
    return files.empty() ? "" : PlayerOf(tag.name, Escaped(files[0]->address));
  }
  if (MediumOfAddress(address).empty()) return EmbedOf(address);
  return PlayerOf(tag.name, address, IsAddress(tag.Get("poster")) ? tag.Get("poster") : "");
}

std::string RenderCode(string_view content) {
  std::string html = "<pre><code>";
  // The editor has escaped what is markup, or not.
  const size_t begin = std::min(content.find_first_not_of("\r\n"), content.size());
  AppendAttribute(absl::StripTrailingAsciiWhitespace(absl::ClippedSubstr(content, begin)), &html);
  html += "</code></pre>";
  return html;
}

}  // namespace

bool HoldsShortcodes(string_view name) { return IsCaption(name); }

Use UseOf(string_view name, bool has_end_tag) {
  if (IsCaption(name) || name == "embed" || PageOfHost(name) != nullptr) {
    return Use::kWithContent;
  }
  if (IsCode(name)) return has_end_tag ? Use::kWithContent : Use::kUnknown;
  if (name == "gallery" || name == "playlist" || name == "audio" || name == "video") {
    return Use::kAlone;
  }
  return Use::kUnknown;
}

std::string RenderKnown(const ShortcodeTag& tag, string_view content, const Scope& scope) {
  if (tag.name == "gallery") return RenderGallery(tag, scope);
  if (tag.name == "playlist") return RenderPlaylist(tag, scope);
  if (tag.name == "audio" || tag.name == "video") return RenderPlayer(tag, scope);
  if (IsCode(tag.name)) return RenderCode(content);
  if (IsCaption(tag.name)) return RenderCaption(tag, content);
  const string_view* const page = PageOfHost(tag.name);
  const std::string address = AddressOf(tag, content, page == nullptr ? "" : *page);
  return address.empty() ? "" : EmbedOf(address);
}

std::string PictureOf(string_view address, string_view alternative) {
  std::string html = "<img src=\"";
  AppendAttribute(address, &html);
  html += "\" alt=\"";
  AppendAttribute(alternative, &html);
  html += "\">";
  return html;
}

}  // namespace dateline::ingestion::wordpress
