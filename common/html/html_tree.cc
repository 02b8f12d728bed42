#include "common/html/html_tree.h"

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/html/anchors.h"
#include "common/html/tag_survey.h"

namespace dateline::html {
namespace {

absl::string_view WithEdits(absl::string_view html, const std::vector<TagSurvey::Edit>& edits,
                            Arena* arena) {
  size_t size = html.size();
  for (const TagSurvey::Edit& edit : edits) size += edit.text.size();
  auto* const copy = static_cast<char*>(arena->Allocate(size));
  if (copy == nullptr) return html;
  char* out = copy;
  size_t begin = 0;
  for (const auto& [at, replaced, text] : edits) {
    out = std::copy(html.data() + begin, html.data() + at, out);
    out = std::copy(text.begin(), text.end(), out);
    begin = at + replaced;
  }
  out = std::copy(html.data() + begin, html.data() + html.size(), out);
  return absl::string_view(copy, static_cast<size_t>(out - copy));
}

// gumbo takes no null from its allocator, so running out leaves it by a jump: its frames are C and
// everything they hold is the arena's.
struct Memory {
  Arena* arena;
  size_t zeroed = 0;
  std::jmp_buf out_of_memory;
};

// gumbo reads its document's mode, which it never sets for a fragment, and which decides what a
// <table> does to a <p>: what it takes first is zero, no quirks, and not what was there before.
constexpr size_t kZeroedBytes = 8192;

void* Allocate(void* userdata, size_t size) {
  auto* const memory = static_cast<Memory*>(userdata);
  void* const result = memory->arena->Allocate(size);
  if (result == nullptr) std::longjmp(memory->out_of_memory, 1);
  if (memory->zeroed < kZeroedBytes) {
    std::memset(result, 0, size);
    memory->zeroed += size;
  }
  return result;
}

void Deallocate(void*, void*) {}

}  // namespace

const GumboNode* ParseFragment(absl::string_view html, Arena* arena, TextRuns* runs) {
  TagSurvey survey = SurveyTags(html);
  if (survey.out_of_proportion) return nullptr;
  const auto taken = static_cast<std::ptrdiff_t>(survey.edits.size());
  runs->Take(html, survey.texts, &survey.edits);
  std::inplace_merge(
      survey.edits.begin(), survey.edits.begin() + taken, survey.edits.end(),
      [](const TagSurvey::Edit& a, const TagSurvey::Edit& b) { return a.at < b.at; });
  if (!survey.edits.empty()) html = WithEdits(html, survey.edits, arena);
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

absl::flat_hash_set<std::string> TargetsIn(const GumboNode* root) {
  absl::flat_hash_set<std::string> targets;
  std::vector<const GumboNode*> open = {root};
  while (!open.empty()) {
    const GumboNode* const node = open.back();
    open.pop_back();
    if (node->type != GUMBO_NODE_ELEMENT) continue;
    const GumboElement& element = node->v.element;
    const GumboAttribute* const href = gumbo_get_attribute(&element.attributes, "href");
    if (href != nullptr) {
      absl::string_view address = absl::StripAsciiWhitespace(href->value);
      if (absl::ConsumePrefix(&address, "#")) targets.insert(TargetOf(address));
    }
    for (unsigned int i = 0; i < element.children.length; ++i) {
      open.push_back(static_cast<const GumboNode*>(element.children.data[i]));
    }
  }
  return targets;
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
