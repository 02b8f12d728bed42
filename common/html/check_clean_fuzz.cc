#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/html/check_clean.h"
#include "common/html/clean.h"

// Checks arbitrary bytes: what is accepted cleans to itself; and what the cleaner makes of them is
// accepted.
namespace dateline::html {
namespace {

void Check(absl::string_view html) {
  CleanOptions options;
  if (html.size() % 4 != 0) options.base_url = "https://a.example/d/p";
  options.embed_hosts = DefaultEmbedHosts();
  const absl::Status accepted = CheckClean(html, options);
  const CleanResult cleaned = CleanHtml(html, options);
  if (accepted.ok() && cleaned.html != html) {
    std::fprintf(stderr, "accepted, but cleaned to: %s\n", cleaned.html.c_str());
    std::abort();
  }
  const absl::Status output = CheckClean(cleaned.html, options);
  if (!output.ok()) {
    std::fprintf(stderr, "%s\n%s\n", output.ToString().c_str(), cleaned.html.c_str());
    std::abort();
  }
}

}  // namespace
}  // namespace dateline::html

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  dateline::html::Check(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
