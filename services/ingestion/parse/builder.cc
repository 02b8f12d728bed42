#include "services/ingestion/parse/builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "services/ingestion/normalise/url.h"
#include "services/ingestion/parse/dates.h"
#include "services/ingestion/parse/elements.h"
#include "services/ingestion/parse/text.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

std::string Trim(string_view s) { return std::string(absl::StripAsciiWhitespace(s)); }

bool IsUrl(string_view s) {
  return absl::StartsWithIgnoreCase(s, "http://") || absl::StartsWithIgnoreCase(s, "https://");
}

void AppendStartTag(const Element& e, std::string& out) {
  const string_view name = e.name;
  absl::StrAppend(&out, "<", absl::StartsWith(name, "xhtml:") ? name.substr(6) : name);
  for (const Element::Attribute& a : e.attributes) {
    absl::StrAppend(&out, " ", a.name, "=\"");
    AppendEscaped(a.value, out);
    out.push_back('"');
  }
  out.push_back('>');
}

void AppendEndTag(const Element& e, std::string& out) {
  static constexpr string_view kVoid[] = {"br", "hr", "img", "input", "embed", "source", "wbr"};
  string_view name = e.name;
  absl::ConsumePrefix(&name, "xhtml:");
  if (std::find(std::begin(kVoid), std::end(kVoid), name) == std::end(kVoid)) {
    absl::StrAppend(&out, "</", name, ">");
  }
}

// xhtml's wrapper (RFC 4287, section 3.1.1.3).
string_view WithoutDiv(string_view html) {
  html = absl::StripAsciiWhitespace(html);
  if (!absl::StartsWith(html, "<div") || !absl::EndsWith(html, "</div>")) return html;
  const size_t open = html.find('>');
  const string_view inner = html.substr(open + 1, html.size() - open - 7);
  return absl::StrContains(inner, "</div>") && !absl::StrContains(inner, "<div") ? html : inner;
}

}  // namespace

string_view Element::Get(string_view attribute) const {
  for (const Attribute& a : attributes) {
    if (a.name == attribute) return a.value;
  }
  return "";
}

string_view FeedBuilder::Parent(size_t n) const {
  return open_.size() > n ? string_view(open_[open_.size() - 1 - n].name) : string_view();
}

bool FeedBuilder::Within(string_view name) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Element& e) { return e.name == name; });
}

std::string FeedBuilder::Resolve(const Element& e, string_view reference) const {
  reference = absl::StripAsciiWhitespace(reference);
  if (reference.empty()) return "";
  const string_view base = !e.base.empty()       ? string_view(e.base)
                           : !feed_.link.empty() ? string_view(feed_.link)
                                                 : string_view(options_.base_url);
  return ResolveUrl(base, reference).value_or("");
}

Text FeedBuilder::MakeText(const Element& e) const {
  const std::string type = absl::AsciiStrToLower(e.Get("type"));
  const string_view mode = e.Get("mode");
  Text t;
  t.base_url = e.base;
  const bool plain = atom_ && !absl::StrContains(e.name, ':') && !e.has_markup &&
                     (type.empty() || type == "text" || type == "text/plain") && mode != "escaped";
  t.is_html = !plain;
  if (e.has_markup) {
    t.value = std::string(type == "xhtml" ? WithoutDiv(e.markup) : string_view(e.markup));
  } else if (mode == "base64" || (atom_ && !type.empty() && !absl::StartsWith(type, "text") &&
                                  absl::StartsWith(type, "application/octet"))) {
    if (!absl::Base64Unescape(Trim(e.text), &t.value)) t.value = e.text;
  } else {
    t.value = e.text;
  }
  t.value = Trim(t.value);
  return t;
}

std::string FeedBuilder::PlainText(const Element& e) const {
  const Text t = MakeText(e);
  return t.is_html ? PlainTitle(t.value) : CollapseSpace(t.value);
}

Date FeedBuilder::MakeDate(string_view raw) const {
  Date d;
  d.raw = Trim(raw);
  if (d.raw.empty()) return d;
  d.time = ParseDate(d.raw);
  if (d.time.has_value() && *d.time > options_.fetched_at + absl::Hours(24)) d.time.reset();
  d.unparseable = !d.time.has_value();
  return d;
}

void FeedBuilder::DetectFormat(const Element& root) {
  root_ = root.name;
  const std::string version = Trim(root.Get("version"));
  feed_.version = version;
  recognised_ = true;
  if (root.name == "rss") {
    feed_.format = absl::StartsWith(version, "0.90")   ? FeedFormat::RSS_090
                   : absl::StartsWith(version, "0.91") ? FeedFormat::RSS_091
                   : absl::StartsWith(version, "0.9")  ? FeedFormat::RSS_092
                   : absl::StartsWith(version, "1")    ? FeedFormat::RSS_10
                                                       : FeedFormat::RSS_20;
  } else if (root.name == "rdf:RDF" || root.name == "RDF") {
    feed_.format = FeedFormat::RSS_10;
    if (feed_.version.empty()) feed_.version = "1.0";
  } else if (root.name == "feed" || root.name == "entry") {
    atom_ = true;
    feed_.format = version == "0.3" ? FeedFormat::ATOM_03 : FeedFormat::ATOM_10;
    if (version.empty()) feed_.version = "1.0";
  } else if (root.name == "channel") {
    feed_.format = FeedFormat::RSS_20;
  } else if (root.name == "urlset" || root.name == "sitemapindex") {
    feed_.format = FeedFormat::SITEMAP;
  } else {
    recognised_ = false;
  }
}

void FeedBuilder::BeginEntry() {
  FinishEntry();
  if (feed_.entries.size() >= static_cast<size_t>(limits::kMaxDocumentEntries)) {
    too_many_entries_ = true;
  }
  entry_.emplace();
  entry_->index = static_cast<int>(feed_.entries.size());
  orig_link_.clear();
}

void FeedBuilder::FinishEntry() {
  if (!entry_.has_value()) return;
  Entry& e = *entry_;
  if (!orig_link_.empty()) e.link = orig_link_;
  if (e.link.empty() && e.id_is_permalink) e.link = ResolveUrl("", e.id).value_or("");
  e.id_is_permalink = e.id_is_permalink && IsUrl(e.id);
  if (e.content.value.empty() && atom_ && e.summary.value.empty()) e.content = {};
  for (Text* t : {&e.summary, &e.content}) {
    if (t->value.empty() || !t->base_url.empty()) continue;
    t->base_url = !atom_ && !e.link.empty() ? e.link
                  : !feed_.link.empty()     ? feed_.link
                                            : options_.base_url;
  }
  if (e.authors.empty()) {
    // RFC 4287, section 4.2.1: an entry without authors has its feed's.
    if (atom_) e.authors = feed_.authors;
  }
  if (!too_many_entries_) feed_.entries.push_back(std::move(e));
  entry_.reset();
}

void FeedBuilder::Start(Element e) {
  if (too_many_entries_) return;
  if (!recognised_ && (e.name == "feed" || e.name == "rss" || e.name == "rdf:RDF")) open_.clear();
  if (open_.empty() && !recognised_) DetectFormat(e);
  const bool is_entry =
      e.name == "item" || e.name == "entry" || (e.name == "url" && root_ == "urlset");
  const Element* parent = open_.empty() ? nullptr : &open_.back();
  if (is_entry && recognised_) {
    BeginEntry();
    e.is_entry = true;
  } else if (parent != nullptr && parent->captures) {
    Element& holder = open_.back();
    if (!holder.has_markup) AppendEscaped(holder.text, holder.markup);
    holder.has_markup = true;
    e.captures = true;
    e.has_markup = true;
    AppendStartTag(e, e.markup);
  } else {
    e.captures = CapturesMarkup(e.name) && !(e.name == "title" && Within("image"));
  }
  if (parent != nullptr) {
    e.base = parent->base;
    e.language = parent->language;
  }
  if (const string_view base = e.Get("xml:base"); !base.empty()) {
    e.base = ResolveUrl(e.base.empty() ? string_view(options_.base_url) : string_view(e.base), base)
                 .value_or(e.base);
  }
  if (const string_view lang = e.Get("xml:lang"); !lang.empty()) e.language = std::string(lang);
  if (e.name == "author" || e.name == "contributor") person_ = {};
  open_.push_back(std::move(e));
}

void FeedBuilder::Characters(string_view text) {
  if (open_.empty() || too_many_entries_) return;
  Element& e = open_.back();
  if (e.has_markup) AppendEscaped(text, e.markup);
  e.text.append(text.data(), text.size());
}

void FeedBuilder::End() {
  if (open_.empty() || too_many_entries_) return;
  Element e = std::move(open_.back());
  open_.pop_back();
  if (!e.is_entry && !open_.empty() && open_.back().captures) {
    AppendEndTag(e, e.markup);
    open_.back().markup += e.markup;
    open_.back().text += e.text;
    return;
  }
  if (e.is_entry) {
    if (entry_.has_value() && entry_->language.empty()) entry_->language = e.language;
    FinishEntry();
    return;
  }
  Dispatch(e);
}

void FeedBuilder::Dispatch(Element& e) { ElementActions::Close(*this, e); }

}  // namespace dateline::ingestion::parse
