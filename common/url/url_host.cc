#include "common/url/url_host.h"

#include <unicode/idna.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace dateline::url {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = absl::ascii_tolower(static_cast<unsigned char>(c));
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool IsAsciiText(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isascii(static_cast<unsigned char>(c)); });
}

// "Forbidden domain code point" of the standard, for ASCII.
bool IsForbiddenInDomain(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u <= 0x20 || u == 0x7F || absl::StrContains("#/:<>?@[\\]^|%", absl::string_view(&c, 1));
}

// UTS #46 processing with the standard's settings; the length and hyphen checks are off there.
std::optional<std::string> DomainToAscii(absl::string_view domain) {
  if (IsAsciiText(domain)) {
    std::string lower = absl::AsciiStrToLower(domain);
    if (!absl::StrContains(lower, "xn--")) return lower;
  }
  constexpr uint32_t kOptions = UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                                UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE;
  static const icu::IDNA* const idna = [] {
    UErrorCode error = U_ZERO_ERROR;
    return icu::IDNA::createUTS46Instance(kOptions, error);
  }();
  if (idna == nullptr) return std::nullopt;
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  UErrorCode error = U_ZERO_ERROR;
  idna->nameToASCII_UTF8({domain.data(), static_cast<int32_t>(domain.size())}, sink, info, error);
  constexpr uint32_t kIgnored = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
  if (U_FAILURE(error) || (info.getErrors() & ~kIgnored) != 0) return std::nullopt;
  return ascii;
}

// A part of an IPv4 address: decimal, octal after 0, hexadecimal after 0x. Values saturate at 2^33.
std::optional<uint64_t> ParseIpv4Number(absl::string_view part) {
  if (part.empty()) return std::nullopt;
  int base = 10;
  if (part.size() >= 2 && part[0] == '0') {
    base = part[1] == 'x' || part[1] == 'X' ? 16 : 8;
    part.remove_prefix(base == 16 ? 2 : 1);
  }
  uint64_t value = 0;
  for (const char c : part) {
    const int digit = HexValue(c);
    if (digit < 0 || digit >= base) return std::nullopt;
    value = std::min(value * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit),
                     uint64_t{1} << 33);
  }
  return value;
}

std::vector<absl::string_view> Labels(absl::string_view host) {
  std::vector<absl::string_view> labels = absl::StrSplit(host, '.');
  if (labels.size() > 1 && labels.back().empty()) labels.pop_back();
  return labels;
}

// "Ends in a number checker".
bool EndsInNumber(absl::string_view host) {
  const absl::string_view last = Labels(host).back();
  if (last.empty()) return false;
  if (std::all_of(last.begin(), last.end(),
                  [](unsigned char c) { return absl::ascii_isdigit(c); })) {
    return true;
  }
  return last.size() >= 2 && ParseIpv4Number(last).has_value();
}

std::optional<std::string> ParseIpv4(absl::string_view host) {
  const std::vector<absl::string_view> labels = Labels(host);
  if (labels.size() > 4) return std::nullopt;
  uint64_t address = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::optional<uint64_t> number = ParseIpv4Number(labels[i]);
    if (!number) return std::nullopt;
    if (i + 1 < labels.size()) {
      if (*number > 255) return std::nullopt;
      address |= *number << (8 * (3 - i));
    } else {
      if (*number >= (uint64_t{1} << (8 * (5 - labels.size())))) return std::nullopt;
      address |= *number;
    }
  }
  return absl::StrCat(address >> 24, ".", (address >> 16) & 255, ".", (address >> 8) & 255, ".",
                      address & 255);
}

// The dotted quad that may end an IPv6 address: four decimal numbers without leading zeros.
bool ParseEmbeddedIpv4(absl::string_view text, uint16_t* high, uint16_t* low) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  if (parts.size() != 4) return false;
  uint32_t value = 0;
  for (const absl::string_view part : parts) {
    if (part.empty() || part.size() > 3 || (part.size() > 1 && part[0] == '0')) return false;
    uint32_t number = 0;
    for (const char c : part) {
      if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
      number = number * 10 + static_cast<uint32_t>(c - '0');
    }
    if (number > 255) return false;
    value = (value << 8) | number;
  }
  *high = static_cast<uint16_t>(value >> 16);
  *low = static_cast<uint16_t>(value);
  return true;
}

// The pieces of one side of "::"; false if a piece is malformed. Only the last may be a dotted
// quad.
bool ParsePieces(absl::string_view text, bool quad_allowed, std::vector<uint16_t>* pieces) {
  if (text.empty()) return true;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  for (size_t i = 0; i < parts.size(); ++i) {
    const absl::string_view part = parts[i];
    if (absl::StrContains(part, ".")) {
      uint16_t high, low;
      if (!quad_allowed || i + 1 != parts.size() || !ParseEmbeddedIpv4(part, &high, &low)) {
        return false;
      }
      pieces->push_back(high);
      pieces->push_back(low);
      continue;
    }
    if (part.empty() || part.size() > 4) return false;
    uint32_t value = 0;
    for (const char c : part) {
      if (HexValue(c) < 0) return false;
      value = value * 16 + static_cast<uint32_t>(HexValue(c));
    }
    pieces->push_back(static_cast<uint16_t>(value));
  }
  return pieces->size() <= 8;
}

using Ipv6 = std::array<uint16_t, 8>;

std::optional<Ipv6> ParseIpv6(absl::string_view text) {
  std::vector<uint16_t> head, tail;
  const size_t gap = text.find("::");
  if (gap == absl::string_view::npos) {
    if (!ParsePieces(text, true, &head) || head.size() != 8) return std::nullopt;
  } else {
    if (!ParsePieces(text.substr(0, gap), false, &head) ||
        !ParsePieces(absl::ClippedSubstr(text, gap + 2), true, &tail) ||
        head.size() + tail.size() > 7) {
      return std::nullopt;
    }
  }
  Ipv6 address{};
  std::copy(head.begin(), head.end(), address.begin());
  std::copy_backward(tail.begin(), tail.end(), address.end());
  return address;
}

// The first longest run of zero pieces, of two at least, becomes "::" (RFC 5952).
std::string SerialiseIpv6(const Ipv6& address) {
  size_t best = 8, best_length = 1;
  for (size_t i = 0; i < 8;) {
    size_t end = i;
    while (end < 8 && address[end] == 0) ++end;
    if (end - i > best_length) {
      best = i;
      best_length = end - i;
    }
    i = end + 1;
  }
  std::string out = "[";
  for (size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += i == 0 ? "::" : ":";
      i += best_length - 1;
      continue;
    }
    absl::StrAppend(&out, absl::Hex(address[i]), i < 7 ? ":" : "");
  }
  return out + "]";
}

}  // namespace

std::string PercentDecode(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 &&
        HexValue(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::optional<std::string> ParseUrlHost(absl::string_view host) {
  if (absl::ConsumePrefix(&host, "[")) {
    if (!absl::ConsumeSuffix(&host, "]")) return std::nullopt;
    const std::optional<Ipv6> address = ParseIpv6(host);
    if (!address) return std::nullopt;
    return SerialiseIpv6(*address);
  }
  std::optional<std::string> domain = DomainToAscii(PercentDecode(host));
  if (!domain || domain->empty() ||
      std::any_of(domain->begin(), domain->end(), IsForbiddenInDomain)) {
    return std::nullopt;
  }
  if (EndsInNumber(*domain)) return ParseIpv4(*domain);
  return domain;
}

}  // namespace dateline::url
