#include "common/html/html_tree.h"

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/html/tag_survey.h"

namespace dateline::html {
namespace {

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
  const TagSurvey survey = SurveyTags(html);
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
    const absl::string_view rest = absl::ClippedSubstr(html, i);
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

}  // namespace dateline::html
