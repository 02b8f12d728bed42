#include "common/html/tag_survey.h"

#include <gumbo.h>

#include <algorithm>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/html/self_closed.h"
#include "common/html/tag_reader.h"

namespace dateline::html {
namespace {

// Real articles nest some tens deep; a thousand open elements keep a walk over them short.
constexpr size_t kMaxOpenElements = 1'000;
// What all tags together may have to walk over: a book of 200,000 tags, a hundred deep. Some walks
// go all the way, as that for the end tag of nothing in an <svg>.
constexpr size_t kMaxWalk = 20'000'000;
// Attributes of one tag; the largest number seen in a feed is some tens.
constexpr int kMaxAttributes = 1'000;

// What an element is to the count.
enum class Kind : uint8_t {
  kUncounted,   // Void, or nowhere but once in a table of its own.
  kOrdinary,    // Its end tag closes it unless a special element is open in it.
  kFormatting,  // The same, and a new <a> or <nobr> closes the one before.
  kBlock,       // Special: its end tag closes it and all that is in it.
  kItem,        // A block that its like closes, unless another special element is between.
  kParagraph,   // A block that its like closes.
  kLast,        // An ordinary one that its like closes if nothing else is open in it.
  kShield,      // No end tag but its own has effect out of it.
  kForeign,     // A shield in which "/>" closes.
  kRawText,     // Holds text up to its end tag, whatever that looks like.
};

Kind KindOf(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_BASEFONT:
    case GUMBO_TAG_BGSOUND:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_IMAGE:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_WBR:
      return Kind::kUncounted;
    case GUMBO_TAG_A:
    case GUMBO_TAG_NOBR:
      return Kind::kFormatting;
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_DIR:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_HGROUP:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_UL:
      return Kind::kBlock;
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
      return Kind::kItem;
    case GUMBO_TAG_P:
      return Kind::kParagraph;
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_RP:
    case GUMBO_TAG_RT:
      return Kind::kLast;
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_MARQUEE:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TEMPLATE:
      return Kind::kShield;
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_SVG:
      return Kind::kForeign;
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_PLAINTEXT:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_XMP:
      return Kind::kRawText;
    default:
      return Kind::kOrdinary;
  }
}

// Whether a start tag within an element of this name, in foreign content, may be one of HTML: the
// standard's integration points, whatever they stand in.
bool IsIntegrationPoint(GumboTag tag, absl::string_view whole_tag) {
  switch (tag) {
    case GUMBO_TAG_MI:
    case GUMBO_TAG_MO:
    case GUMBO_TAG_MN:
    case GUMBO_TAG_MS:
    case GUMBO_TAG_MTEXT:
    case GUMBO_TAG_FOREIGNOBJECT:
    case GUMBO_TAG_DESC:
    case GUMBO_TAG_TITLE:
      return true;
    case GUMBO_TAG_ANNOTATION_XML:
      return absl::StrContains(absl::AsciiStrToLower(whole_tag), "html");
    default:
      return false;
  }
}

// Whether `kind` is of the standard's "special" category.
bool IsSpecial(Kind kind) {
  return kind == Kind::kBlock || kind == Kind::kItem || kind == Kind::kParagraph ||
         kind == Kind::kShield || kind == Kind::kForeign;
}

class Survey {
 public:
  explicit Survey(absl::string_view html) : html_(html), reader_(html), self_closed_(html) {}

  TagSurvey Run() && {
    size_t begin = 0;
    while (!result_.out_of_proportion && reader_.Next(!trusted_ || foreign_shields_ > 0)) {
      Text(begin, reader_.begin());
      const absl::string_view name = reader_.name();
      const GumboTag tag = gumbo_tagn_enum(name.data(), static_cast<unsigned int>(name.size()));
      const uint64_t key = tag != GUMBO_TAG_UNKNOWN
                               ? static_cast<uint64_t>(tag)
                               : absl::HashOf(absl::AsciiStrToLower(name)) | uint64_t{1} << 63;
      if (reader_.is_end_tag()) {
        // gumbo takes a form off its stack without the text that it still holds back for it, which
        // then comes behind the form; a comment before the end tag makes it let go.
        if (tag == GUMBO_TAG_FORM) result_.edits.push_back({reader_.begin(), 0, "<!---->"});
        End(key, KindOf(tag));
      } else {
        Start(tag, key, KindOf(tag));
      }
      result_.most_open = std::max(result_.most_open, open_.size());
      walk_ += open_.size();
      result_.out_of_proportion = reader_.attributes() > kMaxAttributes ||
                                  open_.size() > kMaxOpenElements || walk_ > kMaxWalk;
      begin = reader_.end();
    }
    Text(begin, html_.size());
    return std::move(result_);
  }

 private:
  struct Open {
    uint64_t key;
    Kind kind;
    bool is_integration_point = false;
  };

  // What stands between two tags is text unless it has a comment or a "<" of its own in it.
  void Text(size_t begin, size_t end) {
    for (const absl::string_view section : reader_.cdata()) {
      if (!trusted_) Blank(static_cast<size_t>(section.data() - html_.data()), section.size());
    }
    if (begin == end || !trusted_ || foreign_shields_ > 0) return;
    if (absl::ClippedSubstr(html_, begin, end - begin).find('<') != absl::string_view::npos) return;
    result_.texts.push_back({begin, end});
  }

  // What different parsers would read in different ways goes. A blank keeps apart what is around
  // it.
  void Blank(size_t begin, size_t size) { result_.edits.push_back({begin, size, " "}); }

  void Start(GumboTag tag, uint64_t key, Kind kind) {
    const bool foreign = foreign_shields_ > 0;
    if (foreign && open_.back().is_integration_point) trusted_ = false;
    if (!trusted_) return StartUntrusted(key, kind);
    if (foreign) return StartForeign(tag, key);
    if (reader_.is_self_closing()) {
      const absl::string_view end_tag = self_closed_.EndTagFor(reader_.name(), reader_.end());
      if (!end_tag.empty()) {
        result_.edits.push_back({reader_.end(), 0, end_tag});
        return;
      }
    }
    switch (kind) {
      case Kind::kUncounted:
        return;
      case Kind::kRawText:
        RawText(key, kind);
        return;
      case Kind::kFormatting:
      case Kind::kParagraph:
        Close(key, /*through_special=*/true);
        break;
      case Kind::kItem:
        CloseItem(tag);
        break;
      case Kind::kLast:
        if (!open_.empty() && open_.back().key == key) open_.pop_back();
        break;
      case Kind::kShield:
      case Kind::kForeign:
        if (kind == Kind::kForeign && reader_.is_self_closing()) return;
        // There it is passed over.
        if (kind == Kind::kForeign && IsInSelect()) {
          trusted_ = false;
          return StartUntrusted(key, kind);
        }
        shields_.push_back(open_.size());
        foreign_shields_ += kind == Kind::kForeign;
        break;
      default:
        break;
    }
    open_.push_back({key, kind});
  }

  // A fragment's parser keeps in foreign content all that is no integration point's, void or not.
  void StartForeign(GumboTag tag, uint64_t key) {
    if (reader_.is_self_closing()) return;
    const absl::string_view whole =
        absl::ClippedSubstr(html_, reader_.begin(), reader_.end() - reader_.begin());
    open_.push_back({key, Kind::kOrdinary, IsIntegrationPoint(tag, whole)});
  }

  // Nobody knows whether this is HTML or foreign: it counts, and nothing ends it. What would be raw
  // text in the one and markup in the other goes.
  void StartUntrusted(uint64_t key, Kind kind) {
    if (kind != Kind::kRawText) {
      open_.push_back({key, Kind::kOrdinary});
      return;
    }
    const size_t begin = reader_.begin();
    // Without an end, only the tag itself goes; for each name that is looked for once.
    if (!reader_.is_self_closing() && !endless_.contains(key)) {
      const TagReader tag_alone = reader_;
      reader_.SkipRawText();
      if (reader_.end() == html_.size()) {
        reader_ = tag_alone;
        endless_.insert(key);
      }
    }
    Blank(begin, reader_.end() - begin);
  }

  bool IsInSelect() const {
    return std::any_of(shields_.begin(), shields_.end(),
                       [this](size_t at) { return open_[at].key == GUMBO_TAG_SELECT; });
  }

  // In a <select>, texts of some elements are raw and of others are not.
  void RawText(uint64_t key, Kind kind) {
    if (IsInSelect()) {
      trusted_ = false;
      return StartUntrusted(key, kind);
    }
    reader_.SkipRawText();
  }

  void End(uint64_t key, Kind kind) {
    if (!trusted_) return;
    if (foreign_shields_ > 0) return EndForeign(key);
    if (kind == Kind::kUncounted || kind == Kind::kRawText) return;
    if (kind == Kind::kShield || kind == Kind::kForeign) {
      if (shields_.empty() || open_[shields_.back()].key != key) return;
      open_.resize(shields_.back());
      shields_.pop_back();
      return;
    }
    Close(key, /*through_special=*/IsSpecial(kind));
  }

  // Closes what is open in the innermost foreign element, or that. Any other end tag is for what is
  // around it, and may close it or not.
  void EndForeign(uint64_t key) {
    for (size_t i = open_.size(); i > shields_.back(); --i) {
      if (open_[i - 1].key != key) continue;
      if (i - 1 == shields_.back()) {
        shields_.pop_back();
        --foreign_shields_;
      }
      open_.resize(i - 1);
      return;
    }
    trusted_ = false;
  }

  size_t Bottom() const { return shields_.empty() ? 0 : shields_.back() + 1; }

  // Takes the innermost element `key` off that no shield protects.
  void Close(uint64_t key, bool through_special) {
    for (size_t i = open_.size(); i > Bottom(); --i) {
      if (open_[i - 1].key == key) {
        const auto found = open_.begin() + static_cast<std::ptrdiff_t>(i - 1);
        // A list takes its last item with it. So it does with everything else that is open in it,
        // but to count on that would need to be sure that the list itself still is.
        const bool items = std::all_of(found + 1, open_.end(),
                                       [](const Open& o) { return o.kind == Kind::kItem; });
        open_.erase(found, items ? open_.end() : found + 1);
        return;
      }
      if (!through_special && IsSpecial(open_[i - 1].kind)) return;
    }
  }

  // An <li> ends one before it, a <dd> or <dt> either of these.
  void CloseItem(GumboTag tag) {
    for (size_t i = open_.size(); i > Bottom(); --i) {
      const Open& open = open_[i - 1];
      const bool item = open.kind == Kind::kItem;
      if (item && (open.key == GUMBO_TAG_LI) == (tag == GUMBO_TAG_LI)) {
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i - 1));
        return;
      }
      if (IsSpecial(open.kind) && open.key != GUMBO_TAG_ADDRESS && open.key != GUMBO_TAG_DIV &&
          open.key != GUMBO_TAG_P) {
        return;
      }
    }
  }

  const absl::string_view html_;
  TagReader reader_;
  SelfClosed self_closed_;
  TagSurvey result_;
  std::vector<Open> open_;
  std::vector<size_t> shields_;  // Places in open_.
  int foreign_shields_ = 0;
  absl::flat_hash_set<uint64_t> endless_;  // Raw texts without an end tag, where it is not known.
  size_t walk_ = 0;                        // Sum of the open elements at every tag.
  // It is known what is HTML and what is foreign, and so which end tags close what.
  bool trusted_ = true;
};

}  // namespace

TagSurvey SurveyTags(absl::string_view html) { return Survey(html).Run(); }

}  // namespace dateline::html
