#include "services/ingestion/parse/parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "services/ingestion/decode/encoding.h"
#include "services/ingestion/decode/gzip.h"
#include "services/ingestion/decode/xml_repair.h"
#include "services/ingestion/parse/builder.h"
#include "services/ingestion/parse/json_feed.h"
#include "services/ingestion/parse/twice_encoded.h"
#include "services/ingestion/parse/xml_document.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

constexpr string_view kPayload = "dateline.ingestion.parse.ParseFailure";

absl::Status Failed(ParseFailure failure, absl::StatusCode code, string_view message) {
  absl::Status status(code, message);
  status.SetPayload(kPayload, absl::Cord(absl::StrCat(static_cast<int>(failure))));
  return status;
}

absl::Status Unknown(string_view message) {
  return Failed(ParseFailure::UNKNOWN_FORMAT, absl::StatusCode::kInvalidArgument, message);
}

absl::Status TooManyEntries() {
  return Failed(ParseFailure::TOO_MANY_ENTRIES, absl::StatusCode::kResourceExhausted,
                absl::StrCat("document: more than ", limits::kMaxDocumentEntries, " entries"));
}

bool LooksBinary(string_view s) {
  s = s.substr(0, 512);
  const auto controls = std::count_if(s.begin(), s.end(), [](char c) {
    const auto b = static_cast<unsigned char>(c);
    return b == 0 || (b < 0x20 && absl::ascii_isspace(b) == 0);
  });
  return static_cast<size_t>(controls) * 16 > s.size();
}

absl::Status NoFeed(string_view text, const std::string& root) {
  const std::string start = absl::AsciiStrToLower(text.substr(0, 2048));
  if (absl::EqualsIgnoreCase(root, "html") || root == "xhtml:html" ||
      absl::StrContains(start, "<html") || absl::StrContains(start, "<!doctype html")) {
    return Unknown("document: an HTML page, no feed");
  }
  if (LooksBinary(text)) return Unknown("document: binary data, no feed");
  if (root.empty()) return Unknown("document: plain text, no feed");
  if (root == "sitemapindex") {
    return Unknown("document: a sitemap index, which has no entries; read the sitemaps it names");
  }
  if (root == "opml") return Unknown("document: a list of feeds (OPML), no feed");
  return Unknown(absl::StrCat("document: XML with the root <", root.substr(0, 64), ">, no feed"));
}

absl::Status TooLarge(size_t bytes) {
  return Failed(ParseFailure::TOO_LARGE, absl::StatusCode::kResourceExhausted,
                absl::StrCat("document: ", bytes, " bytes, more than ", limits::kMaxDocumentBytes));
}

// Whether a document declares a type before its first element: entities are RepairXml's business.
bool HasDoctype(string_view text) {
  for (size_t at = text.find('<'); at != string_view::npos; at = text.find('<', at + 1)) {
    if (absl::StartsWithIgnoreCase(absl::ClippedSubstr(text, at), "<!doctype")) return true;
    const bool is_element =
        at + 1 < text.size() && absl::ascii_isalpha(static_cast<unsigned char>(text[at + 1])) != 0;
    if (is_element) return false;
  }
  return false;
}

// Whether a CDATA section has the beginning of another in it: valid, but as a rule the first was
// meant to end before.
bool HasNestedCdata(string_view text) {
  static constexpr string_view kOpen = "<![CDATA[";
  for (size_t at = text.find(kOpen); at != string_view::npos;) {
    const size_t end = text.find("]]>", at);
    const size_t next = text.find(kOpen, at + kOpen.size());
    if (next != string_view::npos && next < end) return true;
    at = next;
  }
  return false;
}

// What a strict parser would misread or take too long for.
bool NeedsRepair(string_view text) {
  return absl::StartsWith(text, "\xEF\xBB\xBF") || HasDoctype(text) || HasExcessiveTag(text) ||
         HasNestedCdata(text);
}

// A well-formed document is read as it is; what is damaged is repaired and read again.
absl::StatusOr<ParsedFeed> ParseXml(string_view text, const ParseOptions& options,
                                    ParsedFeed parsed) {
  const ParsedFeed blank = parsed;
  std::optional<FeedBuilder> builder(std::in_place, parsed, options);
  XmlFaults faults;
  faults.lossy = NeedsRepair(text);
  if (!faults.lossy) faults = ReadXml(text, *builder);
  std::string fault = faults.first;
  if (faults.lossy && !builder->too_many_entries()) {
    parsed = blank;
    builder.emplace(parsed, options);
    const decode::RepairedXml xml = decode::RepairXml(text);
    if (xml.entity_bomb) {
      return Failed(ParseFailure::ENTITY_EXPANSION, absl::StatusCode::kInvalidArgument,
                    "document: its entities expand without bound");
    }
    faults = ReadXml(xml.text, *builder);
    fault = xml.first_fault.empty() ? faults.first : xml.first_fault;
  }
  if (builder->too_many_entries()) return TooManyEntries();
  if (!builder->recognised()) return NoFeed(text, builder->root());
  if (parsed.feed.fault().empty()) parsed.feed.set_fault(fault);
  parsed.feed.set_well_formed(parsed.feed.fault().empty());
  return parsed;
}

// `fault` is that of what the document was packed in.
absl::StatusOr<ParsedFeed> ParseUnpacked(string_view bytes, const std::string& fault,
                                         const ParseOptions& options) {
  decode::Decoded decoded = decode::Decode(bytes, options.content_type);
  // The markup is none the worse for it, so this is no fault of the document's form.
  if (std::optional<std::string> meant = UndoSecondEncoding(decoded.text)) {
    decoded.text = *std::move(meant);
  }
  const string_view text = absl::StripLeadingAsciiWhitespace(decoded.text);
  if (text.empty()) {
    return Failed(ParseFailure::EMPTY, absl::StatusCode::kInvalidArgument, "document: empty");
  }
  ParsedFeed blank;
  blank.feed.set_encoding(decoded.encoding);
  blank.feed.set_fault(fault);
  if (fault.empty() && decoded.contradicted)
    blank.feed.set_fault("the bytes contradict the declared encoding");
  if (text[0] != '{' && text[0] != '[') return ParseXml(decoded.text, options, std::move(blank));
  absl::StatusOr<ParsedFeed> parsed = ParseJsonFeed(text, options, std::move(blank));
  if (absl::IsResourceExhausted(parsed.status())) return TooManyEntries();
  if (!parsed.ok()) return Unknown(parsed.status().message());
  parsed->feed.set_well_formed(parsed->feed.fault().empty());
  return parsed;
}

}  // namespace

std::optional<ParseFailure> ParseFailureOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  int value = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &value)) return std::nullopt;
  return static_cast<ParseFailure>(value);
}

absl::StatusOr<ParsedFeed> ParseFeed(string_view bytes, const ParseOptions& options) {
  if (bytes.size() > limits::kMaxDocumentBytes) return TooLarge(bytes.size());
  if (!decode::IsGzip(bytes)) return ParseUnpacked(bytes, "", options);
  const decode::Unpacked unpacked = decode::Gunzip(bytes, limits::kMaxDocumentBytes);
  if (unpacked.is_too_large) return TooLarge(unpacked.bytes.size());
  if (unpacked.bytes.empty() && unpacked.is_damaged) {
    return Unknown("document: a damaged gzip file, no feed");
  }
  return ParseUnpacked(unpacked.bytes, unpacked.is_damaged ? "the gzip file is damaged" : "",
                       options);
}

}  // namespace dateline::ingestion::parse
