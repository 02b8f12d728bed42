#include "services/ingestion/clean/html_tree.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace dateline::ingestion {
namespace {

// Real articles nest some tens deep; a thousand open elements keep the search per tag short.
constexpr int kMaxOpenElements = 1'000;
// Attributes of one tag; the largest seen in a feed has some tens.
constexpr int kMaxAttributes = 1'000;

bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

// How an open tag counts against kMaxOpenElements.
enum class Counting : char {
  kNever,     // Void, or ended by its like.
  kUntilEnd,  // Until its end tag.
  kForEver,   // Hides what it holds from end tags, so these prove nothing.
};

Counting CountingOf(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_P:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_OPTGROUP:
    case GUMBO_TAG_BR:
    case GUMBO_TAG_WBR:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_IMAGE:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_META:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_EMBED:
      return Counting::kNever;
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_MARQUEE:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_MATH:
      return Counting::kForEver;
    default:
      return Counting::kUntilEnd;
  }
}

// Moves `*i` from behind a tag's name to behind its ">"; returns about how many attributes it has.
int SkipTag(absl::string_view html, size_t* i) {
  int attributes = 0;
  bool after_equals = false;
  while (*i < html.size()) {
    const char c = html[*i];
    if (c == '>') {
      ++*i;
      break;
    }
    if (after_equals && (c == '"' || c == '\'')) {
      const size_t end = html.find(c, *i + 1);
      *i = end == absl::string_view::npos ? html.size() : end + 1;
      after_equals = false;
      ++attributes;
      continue;
    }
    if (IsSpace(c)) {
      ++attributes;
    } else {
      attributes += c == '/';
      after_equals = c == '=';
    }
    ++*i;
  }
  return attributes;
}

// What is to be known of a document before it is parsed.
struct Survey {
  bool out_of_proportion = false;
  std::vector<size_t> form_ends;  // Where the end tags of forms begin.
};

Survey SurveyTags(absl::string_view html) {
  Survey survey;
  std::array<int, GUMBO_TAG_LAST + 1> open{};
  int total = 0;
  for (size_t i = html.find('<'); i < html.size(); i = html.find('<', i)) {
    ++i;
    const bool end_tag = i < html.size() && html[i] == '/';
    i += end_tag;
    const size_t begin = i;
    if (i >= html.size() || !absl::ascii_isalpha(static_cast<unsigned char>(html[i]))) continue;
    while (i < html.size() && !IsSpace(html[i]) && html[i] != '/' && html[i] != '>') ++i;
    const GumboTag tag = gumbo_tagn_enum(html.data() + begin, static_cast<unsigned int>(i - begin));
    if (end_tag && tag == GUMBO_TAG_FORM) survey.form_ends.push_back(begin - 2);
    survey.out_of_proportion = SkipTag(html, &i) > kMaxAttributes || total > kMaxOpenElements;
    if (survey.out_of_proportion) return survey;
    const Counting counting = CountingOf(tag);
    if (counting == Counting::kNever) continue;
    if (!end_tag) {
      ++open[tag];
      ++total;
    } else if (counting == Counting::kUntilEnd && open[tag] > 0) {
      --open[tag];
      --total;
    }
  }
  survey.out_of_proportion = total > kMaxOpenElements;
  return survey;
}

// gumbo takes a form off its stack without the text that it still holds back for it, which then
// comes behind the form; a comment before the end tag makes it let go.
absl::string_view WithFormsEnded(absl::string_view html, const std::vector<size_t>& form_ends,
                                 Arena* arena) {
  constexpr absl::string_view kComment = "<!---->";
  auto* const copy =
      static_cast<char*>(arena->Allocate(html.size() + form_ends.size() * kComment.size()));
  if (copy == nullptr) return html;
  char* out = copy;
  size_t begin = 0;
  for (const size_t end : form_ends) {
    out = std::copy(html.data() + begin, html.data() + end, out);
    out = std::copy(kComment.begin(), kComment.end(), out);
    begin = end;
  }
  out = std::copy(html.data() + begin, html.data() + html.size(), out);
  return absl::string_view(copy, static_cast<size_t>(out - copy));
}

// gumbo takes no null from its allocator, so running out leaves it by a jump: its frames are C and
// everything they hold is the arena's.
struct Memory {
  Arena* arena;
  std::jmp_buf out_of_memory;
};

void* Allocate(void* userdata, size_t size) {
  auto* const memory = static_cast<Memory*>(userdata);
  void* const result = memory->arena->Allocate(size);
  if (result == nullptr) std::longjmp(memory->out_of_memory, 1);
  return result;
}

void Deallocate(void*, void*) {}

}  // namespace

const GumboNode* ParseFragment(absl::string_view html, Arena* arena) {
  const Survey survey = SurveyTags(html);
  if (survey.out_of_proportion) return nullptr;
  if (!survey.form_ends.empty()) html = WithFormsEnded(html, survey.form_ends, arena);
  Memory memory;
  memory.arena = arena;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Allocate;
  options.deallocator = &Deallocate;
  options.userdata = &memory;
  options.max_errors = 0;
  options.fragment_context = GUMBO_TAG_DIV;
  if (setjmp(memory.out_of_memory) != 0) return nullptr;
  const GumboOutput* output = gumbo_parse_with_options(&options, html.data(), html.size());
  return output->root;
}

std::string StripTags(absl::string_view html) {
  std::string out;
  for (size_t i = 0; i < html.size();) {
    if (html[i] != '<') {
      const size_t end = std::min(html.find('<', i), html.size());
      out.append(html.data() + i, end - i);
      i = end;
      continue;
    }
    const absl::string_view rest = html.substr(i);
    absl::string_view until = ">";
    if (absl::StartsWith(rest, "<!--")) until = "-->";
    if (absl::StartsWithIgnoreCase(rest, "<script")) until = "</script>";
    if (absl::StartsWithIgnoreCase(rest, "<style")) until = "</style>";
    const size_t end = rest.find(until);
    i = end == absl::string_view::npos ? html.size() : i + end + until.size();
    out.push_back(' ');
  }
  return out;
}

}  // namespace dateline::ingestion
