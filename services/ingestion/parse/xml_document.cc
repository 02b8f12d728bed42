#include "services/ingestion/parse/xml_document.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <cstring>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

string_view View(const xmlChar* s) {
  return s == nullptr ? string_view() : string_view(reinterpret_cast<const char*>(s));
}

// The usual prefix of a namespace, found by a telling part of its name, since http, https, final
// slashes and versions vary.
string_view PrefixOf(string_view uri) {
  static constexpr std::pair<string_view, string_view> kParts[] = {
      {"purl.org/rss/1.0/modules/content", "content"},
      {"purl.org/rss/1.0/modules/syndication", "sy"},
      {"purl.org/rss/1.0/modules/slash", "slash"},
      {"purl.org/syndication/thread", "thr"},
      {"purl.org/dc/terms", "dcterms"},
      {"purl.org/dc/elements", "dc"},
      {"search.yahoo.com/mrss", "media"},
      {"itunes.com/dtds", "itunes"},
      {"georss.org", "georss"},
      {"opengis.net/gml", "gml"},
      {"w3.org/2003/01/geo", "geo"},
      {"wellformedweb.org", "wfw"},
      {"rssnamespace.org/feedburner", "feedburner"},
      {"1999/02/22-rdf-syntax-ns", "rdf"},
      {"w3.org/1999/xhtml", "xhtml"},
      {"wordpress.org/export", "wp"},
      {"schemas/sitemap-news", "news"},
      {"schemas/sitemap-image", "simage"},
  };
  if (absl::StrContains(uri, "wordpress.org/export") && absl::StrContains(uri, "excerpt")) {
    return "excerpt";
  }
  for (const auto& [part, prefix] : kParts) {
    if (absl::StrContains(uri, part)) return prefix;
  }
  return "";
}

constexpr string_view kAtomUri = "http://www.w3.org/2005/Atom";

class Reader {
 public:
  explicit Reader(FeedBuilder& builder) : builder_(builder) {}

  void Start(string_view local, string_view prefix, string_view uri, int count,
             const xmlChar** attributes) {
    Element e;
    // Some feeds stand within an HTML shell, some name only their children's namespace.
    const bool is_root = !root_found_ && (local == "feed" || local == "rss" || local == "RDF");
    if (is_root || depth_ == 0)
      root_uri_ = std::string(uri.empty() && local == "feed" ? kAtomUri : uri);
    root_found_ = root_found_ || is_root;
    e.name = is_root && local == "feed" ? "feed" : NameOf(local, prefix, uri);
    e.attributes.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i, attributes += 5) {
      const string_view attribute_prefix = View(attributes[1]);
      const auto size = static_cast<size_t>(attributes[4] - attributes[3]);
      e.attributes.push_back({attribute_prefix.empty()
                                  ? std::string(View(attributes[0]))
                                  : absl::StrCat(attribute_prefix, ":", View(attributes[0])),
                              std::string(reinterpret_cast<const char*>(attributes[3]), size)});
    }
    ++depth_;
    builder_.Start(std::move(e));
  }

  void End() {
    --depth_;
    // What the parser closes by itself at the end of a truncated document is not complete.
    if (!truncated_) builder_.End();
  }

  void Characters(const xmlChar* s, int size) {
    builder_.Characters({reinterpret_cast<const char*>(s), static_cast<size_t>(size)});
  }

  void Error(const xmlError& error) {
    if (error.level < XML_ERR_ERROR) return;
    if (error.code == XML_ERR_DOCUMENT_EMPTY || error.code == XML_ERR_TAG_NOT_FINISHED) {
      truncated_ = true;
    }
    if (!fault_.empty()) return;
    const string_view message = error.message == nullptr ? "malformed" : error.message;
    fault_ = absl::StrCat(absl::StripAsciiWhitespace(message), " (line ", error.line, ")");
  }

  std::string TakeFault() { return std::move(fault_); }

 private:
  // RSS and Atom names go bare; Atom within RSS is "atom:".
  std::string NameOf(string_view local, string_view prefix, string_view uri) {
    if (uri.empty()) {
      return prefix.empty() ? std::string(local)
                            : absl::StrCat(absl::AsciiStrToLower(prefix), ":", local);
    }
    if (!prefix.empty() && uri == root_uri_ && PrefixOf(uri).empty()) return std::string(local);
    if (const string_view known = PrefixOf(uri); !known.empty()) {
      return absl::StrCat(known, ":", local);
    }
    const bool atom =
        absl::StrContains(uri, "w3.org/2005/Atom") || absl::StrContains(uri, "purl.org/atom");
    if (atom && depth_ > 0 && uri != root_uri_) return absl::StrCat("atom:", local);
    if (prefix.empty() || depth_ == 0) return std::string(local);
    return absl::StrContains(uri, "purl.org/rss/1.0/") ? std::string(local)
                                                       : absl::StrCat("x:", local);
  }

  FeedBuilder& builder_;
  std::string root_uri_;
  std::string fault_;
  int depth_ = 0;
  bool root_found_ = false;
  bool truncated_ = false;
};

Reader& Self(void* context) { return *static_cast<Reader*>(context); }

void OnStart(void* context, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, int,
             const xmlChar**, int count, int, const xmlChar** attributes) {
  Self(context).Start(View(local), View(prefix), View(uri), count, attributes);
}
void OnEnd(void* context, const xmlChar*, const xmlChar*, const xmlChar*) { Self(context).End(); }
void OnCharacters(void* context, const xmlChar* s, int size) { Self(context).Characters(s, size); }
void OnError(void* context, xmlError* error) { Self(context).Error(*error); }

struct ContextCloser {
  void operator()(xmlParserCtxt* c) const { xmlFreeParserCtxt(c); }
};

}  // namespace

std::string ReadXml(string_view xml, FeedBuilder& builder) {
  static const bool kInitialised = [] {
    xmlInitParser();
    return true;
  }();
  static_cast<void>(kInitialised);
  const std::unique_ptr<xmlParserCtxt, ContextCloser> context(
      xmlCreateMemoryParserCtxt(xml.data(), static_cast<int>(xml.size())));
  if (context == nullptr) return "empty document";
  xmlCtxtUseOptions(context.get(), XML_PARSE_RECOVER | XML_PARSE_NONET);
  std::memset(context->sax, 0, sizeof(*context->sax));
  context->sax->initialized = XML_SAX2_MAGIC;
  context->sax->startElementNs = OnStart;
  context->sax->endElementNs = OnEnd;
  context->sax->characters = OnCharacters;
  context->sax->ignorableWhitespace = OnCharacters;
  context->sax->cdataBlock = OnCharacters;
  context->sax->serror = OnError;
  Reader reader(builder);
  context->userData = &reader;
  xmlParseDocument(context.get());
  return reader.TakeFault();
}

}  // namespace dateline::ingestion::parse
