#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "services/ingestion/wordpress/post.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace wordpress = dateline::ingestion::wordpress;
  static const auto* const files = [] {
    auto* const made = new wordpress::ExportFiles;
    made->Add({1, 7, 0, "https://e.org/a.jpg", "A", "B"});
    made->Add({2, 7, 0, "https://e.org/a.mp3", "A", ""});
    return made;
  }();
  const absl::string_view post(reinterpret_cast<const char*>(data), size);
  // Nothing that a post may hold takes many times its size.
  if (wordpress::ShownPost(post, 7, *files).size() > 16 * size + 64) __builtin_trap();
  return 0;
}
