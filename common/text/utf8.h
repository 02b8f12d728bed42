#ifndef DATELINE_COMMON_TEXT_UTF8_H_
#define DATELINE_COMMON_TEXT_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

// UTF-8 (RFC 3629) read and written by code point. All functions are thread-safe.
namespace dateline::text {

// Stands for bytes that are no UTF-8.
inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// Reads the code point at `*position` and moves `*position` behind it. An ill-formed sequence gives
// kReplacementCharacter for its maximal subpart, as the Unicode standard advises (section 3.9).
// `*position` must be below `text.size()`.
char32_t NextCodePoint(absl::string_view text, size_t* position);

// Appends `code_point` to `*out`; a surrogate or a value above U+10FFFF becomes
// kReplacementCharacter.
void AppendCodePoint(char32_t code_point, std::string* out);

// True if `text` is well-formed: no overlong form, no surrogate, nothing above U+10FFFF.
bool IsValidUtf8(absl::string_view text);

// `text` with every ill-formed sequence replaced by U+FFFD; a well-formed text comes back
// unchanged.
std::string RepairUtf8(absl::string_view text);

// Number of code points; every ill-formed sequence counts as one.
int64_t CountCodePoints(absl::string_view text);

// The longest prefix of at most `bytes` bytes that ends between two code points.
absl::string_view TruncateUtf8(absl::string_view text, size_t bytes);

}  // namespace dateline::text

#endif  // DATELINE_COMMON_TEXT_UTF8_H_
