#include "services/ingestion/parse/xml_document.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingestion/parse/elements.h"
#include "services/ingestion/parse/xml_names.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

string_view View(const xmlChar* s) {
  return s == nullptr ? string_view() : string_view(reinterpret_cast<const char*>(s));
}

// Tags beyond this length are looked at, and may have so many attributes.
constexpr size_t kLongTag = 4096;
constexpr std::ptrdiff_t kManyAttributes = 256;

// Faults that lose nothing but what they name. The end of a document that is cut is none: a field
// that was never closed may have taken entries with it up to there.
bool IsHarmless(int code) { return code >= XML_NS_ERR_XML_NAMESPACE && code <= XML_NS_ERR_COLON; }

// Hands libxml2's events to the builder. Names are looked up once for each pointer, because libxml2
// gives the same pointer for the same name.
class Reader {
 public:
  Reader(FeedBuilder& builder, xmlParserCtxt* parser) : builder_(builder), parser_(parser) {}

  xmlParserCtxt* parser() { return parser_; }

  void Start(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri, int count,
             const xmlChar** attributes) {
    ++depth_;
    attributes_.clear();
    const bool markup = builder_.capturing();
    for (int i = 0; i < count; ++i, attributes += 5) {
      const string_view value(reinterpret_cast<const char*>(attributes[3]),
                              static_cast<size_t>(attributes[4] - attributes[3]));
      const string_view name = markup ? View(attributes[0]) : Lower(attributes[0]);
      attributes_.push_back({PrefixOf(attributes[1], attributes[2]), name, value});
    }
    if (markup) {
      builder_.Start(kMarkup, View(local), attributes_);
      return;
    }
    builder_.Start(Kind(local, prefix, uri), View(local), attributes_);
  }

  // To be called before Start with what a start tag declares.
  void Declare(const xmlChar* uri) {
    if (!builder_.recognised() && KnownPrefix(View(uri)) == "rss") vocabulary_ = View(uri);
  }

  bool TooDeep() {
    if (depth_ <= kMaxXmlDepth) return false;
    faults_.lossy = true;
    truncated_ = true;
    if (faults_.first.empty()) faults_.first = "elements nested too deeply";
    return true;
  }

  void End() {
    --depth_;
    if (!truncated_) builder_.End();
  }

  void Characters(const xmlChar* s, int size) {
    builder_.Characters({reinterpret_cast<const char*>(s), static_cast<size_t>(size)});
  }

  void Error(const xmlError& error) {
    if (error.level < XML_ERR_ERROR) return;
    const bool ends_early = error.code == XML_ERR_DOCUMENT_END && depth_ > 0;
    truncated_ = truncated_ || ends_early || error.code == XML_ERR_DOCUMENT_EMPTY;
    faults_.lossy = faults_.lossy || !IsHarmless(error.code);
    if (!faults_.first.empty()) return;
    // libxml2 calls the end of a document that ends within an element what is too much in it.
    const string_view message = ends_early                 ? "Premature end of the document"
                                : error.message == nullptr ? "malformed XML"
                                                           : error.message;
    faults_.first = std::string(absl::StripAsciiWhitespace(message).substr(0, 256));
  }

  XmlFaults TakeFaults() { return std::move(faults_); }

 private:
  const ElementKind& Kind(const xmlChar* local, const xmlChar* prefix, const xmlChar* uri) {
    const std::tuple key{local, prefix, uri};
    // What a name means can change until the root of the feed is found.
    if (builder_.recognised()) {
      if (const auto it = by_pointer_.find(key); it != by_pointer_.end()) return *it->second;
    }
    const std::string name = namer_.NameOf(View(local), View(prefix), View(uri));
    if (!builder_.recognised()) {
      builder_.set_root_namespace(vocabulary_.empty() ? string_view(namer_.root_uri())
                                                      : vocabulary_);
    }
    auto [it, is_new] = kinds_.try_emplace(name);
    if (is_new) it->second = KindOf(name);
    by_pointer_[key] = &it->second;
    return it->second;
  }

  string_view Lower(const xmlChar* name) {
    auto [it, is_new] = attribute_names_.try_emplace(name);
    if (is_new) it->second = absl::AsciiStrToLower(View(name));
    return it->second;
  }

  string_view PrefixOf(const xmlChar* prefix, const xmlChar* uri) {
    if (prefix == nullptr) return "";
    auto [it, is_new] = prefixes_.try_emplace({prefix, uri});
    if (is_new) {
      const string_view known = KnownPrefix(View(uri));
      it->second = known.empty() ? absl::AsciiStrToLower(View(prefix)) : std::string(known);
    }
    return it->second;
  }

  static const ElementKind kMarkup;

  FeedBuilder& builder_;
  xmlParserCtxt* parser_;
  ElementNamer namer_;
  string_view vocabulary_;
  absl::node_hash_map<std::string, ElementKind> kinds_;
  absl::flat_hash_map<std::tuple<const xmlChar*, const xmlChar*, const xmlChar*>,
                      const ElementKind*>
      by_pointer_;
  absl::node_hash_map<const xmlChar*, std::string> attribute_names_;
  absl::node_hash_map<std::pair<const xmlChar*, const xmlChar*>, std::string> prefixes_;
  std::vector<AttributeView> attributes_;
  XmlFaults faults_;
  int depth_ = 0;
  bool truncated_ = false;
};

const ElementKind Reader::kMarkup;

Reader& Self(void* context) { return *static_cast<Reader*>(context); }

void OnStart(void* context, const xmlChar* local, const xmlChar* prefix, const xmlChar* uri,
             int namespace_count, const xmlChar** namespaces, int count, int,
             const xmlChar** attributes) {
  for (int i = 0; i < namespace_count; ++i) Self(context).Declare(namespaces[2 * i + 1]);
  Self(context).Start(local, prefix, uri, count, attributes);
  if (Self(context).TooDeep()) xmlStopParser(Self(context).parser());
}
void OnEnd(void* context, const xmlChar*, const xmlChar*, const xmlChar*) { Self(context).End(); }
void OnCharacters(void* context, const xmlChar* s, int size) { Self(context).Characters(s, size); }
void OnError(void* context, xmlError* error) { Self(context).Error(*error); }

struct ContextCloser {
  void operator()(xmlParserCtxt* c) const { xmlFreeParserCtxt(c); }
};

}  // namespace

bool HasExcessiveTag(string_view xml) {
  for (size_t at = xml.find('<'); at != string_view::npos; at = xml.find('<', at + 1)) {
    const size_t end = std::min(xml.find('>', at), xml.size());
    if (end - at > kLongTag &&
        std::count(xml.begin() + static_cast<std::ptrdiff_t>(at),
                   xml.begin() + static_cast<std::ptrdiff_t>(end), '=') > kManyAttributes) {
      return true;
    }
    at = end;
  }
  return false;
}

XmlFaults ReadXml(string_view xml, FeedBuilder& builder) {
  static const bool kInitialised = [] {
    xmlInitParser();
    return true;
  }();
  static_cast<void>(kInitialised);
  const std::unique_ptr<xmlParserCtxt, ContextCloser> context(
      xmlCreatePushParserCtxt(nullptr, nullptr, nullptr, 0, nullptr));
  if (context == nullptr) return {"no memory", true};
  // NOENT: without it "&amp;" in attributes comes as "&#38;". There are no entities but XML's own.
  xmlCtxtUseOptions(context.get(), XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOENT |
                                       XML_PARSE_HUGE | XML_PARSE_IGNORE_ENC);
  // Or it would take a text that begins with a NUL for UTF-16.
  context->charset = XML_CHAR_ENCODING_UTF8;
  std::memset(context->sax, 0, sizeof(*context->sax));
  context->sax->initialized = XML_SAX2_MAGIC;
  context->sax->startElementNs = OnStart;
  context->sax->endElementNs = OnEnd;
  context->sax->characters = OnCharacters;
  context->sax->ignorableWhitespace = OnCharacters;
  context->sax->cdataBlock = OnCharacters;
  context->sax->serror = OnError;
  Reader reader(builder, context.get());
  context->userData = &reader;
  // Pushed in one piece: libxml2's other parser reads CDATA sections character by character.
  xmlParseChunk(context.get(), xml.data(), static_cast<int>(xml.size()), /*terminate=*/1);
  builder.Finish();
  return reader.TakeFaults();
}

}  // namespace dateline::ingestion::parse
