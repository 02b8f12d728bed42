#include "services/ingestion/decode/html_entities.h"

#include <algorithm>
#include <array>

namespace dateline::ingestion::decode {
namespace {

struct Entity {
  absl::string_view name;
  char32_t code_point;
};

// HTML 4.01, section 24, and XML's apos; sorted by bytes. Feeds hardly use HTML 5's further names.
// clang-format off
constexpr std::array kEntities = {
    Entity{"AElig", 198}, Entity{"Aacute", 193}, Entity{"Acirc", 194}, Entity{"Agrave", 192},
    Entity{"Alpha", 913}, Entity{"Aring", 197}, Entity{"Atilde", 195}, Entity{"Auml", 196},
    Entity{"Beta", 914}, Entity{"Ccedil", 199}, Entity{"Chi", 935}, Entity{"Dagger", 8225},
    Entity{"Delta", 916}, Entity{"ETH", 208}, Entity{"Eacute", 201}, Entity{"Ecirc", 202},
    Entity{"Egrave", 200}, Entity{"Epsilon", 917}, Entity{"Eta", 919}, Entity{"Euml", 203},
    Entity{"Gamma", 915}, Entity{"Iacute", 205}, Entity{"Icirc", 206}, Entity{"Igrave", 204},
    Entity{"Iota", 921}, Entity{"Iuml", 207}, Entity{"Kappa", 922}, Entity{"Lambda", 923},
    Entity{"Mu", 924}, Entity{"Ntilde", 209}, Entity{"Nu", 925}, Entity{"OElig", 338},
    Entity{"Oacute", 211}, Entity{"Ocirc", 212}, Entity{"Ograve", 210}, Entity{"Omega", 937},
    Entity{"Omicron", 927}, Entity{"Oslash", 216}, Entity{"Otilde", 213}, Entity{"Ouml", 214},
    Entity{"Phi", 934}, Entity{"Pi", 928}, Entity{"Prime", 8243}, Entity{"Psi", 936},
    Entity{"Rho", 929}, Entity{"Scaron", 352}, Entity{"Sigma", 931}, Entity{"THORN", 222},
    Entity{"Tau", 932}, Entity{"Theta", 920}, Entity{"Uacute", 218}, Entity{"Ucirc", 219},
    Entity{"Ugrave", 217}, Entity{"Upsilon", 933}, Entity{"Uuml", 220}, Entity{"Xi", 926},
    Entity{"Yacute", 221}, Entity{"Yuml", 376}, Entity{"Zeta", 918}, Entity{"aacute", 225},
    Entity{"acirc", 226}, Entity{"acute", 180}, Entity{"aelig", 230}, Entity{"agrave", 224},
    Entity{"alefsym", 8501}, Entity{"alpha", 945}, Entity{"amp", 38}, Entity{"and", 8743},
    Entity{"ang", 8736}, Entity{"apos", 39}, Entity{"aring", 229}, Entity{"asymp", 8776},
    Entity{"atilde", 227}, Entity{"auml", 228}, Entity{"bdquo", 8222}, Entity{"beta", 946},
    Entity{"brvbar", 166}, Entity{"bull", 8226}, Entity{"cap", 8745}, Entity{"ccedil", 231},
    Entity{"cedil", 184}, Entity{"cent", 162}, Entity{"chi", 967}, Entity{"circ", 710},
    Entity{"clubs", 9827}, Entity{"cong", 8773}, Entity{"copy", 169}, Entity{"crarr", 8629},
    Entity{"cup", 8746}, Entity{"curren", 164}, Entity{"dArr", 8659}, Entity{"dagger", 8224},
    Entity{"darr", 8595}, Entity{"deg", 176}, Entity{"delta", 948}, Entity{"diams", 9830},
    Entity{"divide", 247}, Entity{"eacute", 233}, Entity{"ecirc", 234}, Entity{"egrave", 232},
    Entity{"empty", 8709}, Entity{"emsp", 8195}, Entity{"ensp", 8194}, Entity{"epsilon", 949},
    Entity{"equiv", 8801}, Entity{"eta", 951}, Entity{"eth", 240}, Entity{"euml", 235},
    Entity{"euro", 8364}, Entity{"exist", 8707}, Entity{"fnof", 402}, Entity{"forall", 8704},
    Entity{"frac12", 189}, Entity{"frac14", 188}, Entity{"frac34", 190}, Entity{"frasl", 8260},
    Entity{"gamma", 947}, Entity{"ge", 8805}, Entity{"gt", 62}, Entity{"hArr", 8660},
    Entity{"harr", 8596}, Entity{"hearts", 9829}, Entity{"hellip", 8230}, Entity{"iacute", 237},
    Entity{"icirc", 238}, Entity{"iexcl", 161}, Entity{"igrave", 236}, Entity{"image", 8465},
    Entity{"infin", 8734}, Entity{"int", 8747}, Entity{"iota", 953}, Entity{"iquest", 191},
    Entity{"isin", 8712}, Entity{"iuml", 239}, Entity{"kappa", 954}, Entity{"lArr", 8656},
    Entity{"lambda", 955}, Entity{"lang", 9001}, Entity{"laquo", 171}, Entity{"larr", 8592},
    Entity{"lceil", 8968}, Entity{"ldquo", 8220}, Entity{"le", 8804}, Entity{"lfloor", 8970},
    Entity{"lowast", 8727}, Entity{"loz", 9674}, Entity{"lrm", 8206}, Entity{"lsaquo", 8249},
    Entity{"lsquo", 8216}, Entity{"lt", 60}, Entity{"macr", 175}, Entity{"mdash", 8212},
    Entity{"micro", 181}, Entity{"middot", 183}, Entity{"minus", 8722}, Entity{"mu", 956},
    Entity{"nabla", 8711}, Entity{"nbsp", 160}, Entity{"ndash", 8211}, Entity{"ne", 8800},
    Entity{"ni", 8715}, Entity{"not", 172}, Entity{"notin", 8713}, Entity{"nsub", 8836},
    Entity{"ntilde", 241}, Entity{"nu", 957}, Entity{"oacute", 243}, Entity{"ocirc", 244},
    Entity{"oelig", 339}, Entity{"ograve", 242}, Entity{"oline", 8254}, Entity{"omega", 969},
    Entity{"omicron", 959}, Entity{"oplus", 8853}, Entity{"or", 8744}, Entity{"ordf", 170},
    Entity{"ordm", 186}, Entity{"oslash", 248}, Entity{"otilde", 245}, Entity{"otimes", 8855},
    Entity{"ouml", 246}, Entity{"para", 182}, Entity{"part", 8706}, Entity{"permil", 8240},
    Entity{"perp", 8869}, Entity{"phi", 966}, Entity{"pi", 960}, Entity{"piv", 982},
    Entity{"plusmn", 177}, Entity{"pound", 163}, Entity{"prime", 8242}, Entity{"prod", 8719},
    Entity{"prop", 8733}, Entity{"psi", 968}, Entity{"quot", 34}, Entity{"rArr", 8658},
    Entity{"radic", 8730}, Entity{"rang", 9002}, Entity{"raquo", 187}, Entity{"rarr", 8594},
    Entity{"rceil", 8969}, Entity{"rdquo", 8221}, Entity{"real", 8476}, Entity{"reg", 174},
    Entity{"rfloor", 8971}, Entity{"rho", 961}, Entity{"rlm", 8207}, Entity{"rsaquo", 8250},
    Entity{"rsquo", 8217}, Entity{"sbquo", 8218}, Entity{"scaron", 353}, Entity{"sdot", 8901},
    Entity{"sect", 167}, Entity{"shy", 173}, Entity{"sigma", 963}, Entity{"sigmaf", 962},
    Entity{"sim", 8764}, Entity{"spades", 9824}, Entity{"sub", 8834}, Entity{"sube", 8838},
    Entity{"sum", 8721}, Entity{"sup", 8835}, Entity{"sup1", 185}, Entity{"sup2", 178},
    Entity{"sup3", 179}, Entity{"supe", 8839}, Entity{"szlig", 223}, Entity{"tau", 964},
    Entity{"there4", 8756}, Entity{"theta", 952}, Entity{"thetasym", 977}, Entity{"thinsp", 8201},
    Entity{"thorn", 254}, Entity{"tilde", 732}, Entity{"times", 215}, Entity{"trade", 8482},
    Entity{"uArr", 8657}, Entity{"uacute", 250}, Entity{"uarr", 8593}, Entity{"ucirc", 251},
    Entity{"ugrave", 249}, Entity{"uml", 168}, Entity{"upsih", 978}, Entity{"upsilon", 965},
    Entity{"uuml", 252}, Entity{"weierp", 8472}, Entity{"xi", 958}, Entity{"yacute", 253},
    Entity{"yen", 165}, Entity{"yuml", 255}, Entity{"zeta", 950}, Entity{"zwj", 8205},
    Entity{"zwnj", 8204},
};
// clang-format on

}  // namespace

char32_t FindHtmlEntity(absl::string_view name) {
  const auto* it =
      std::lower_bound(kEntities.begin(), kEntities.end(), name,
                       [](const Entity& e, absl::string_view n) { return e.name < n; });
  return it != kEntities.end() && it->name == name ? it->code_point : 0;
}

void AppendUtf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (c >> 6)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (c >> 12)));
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  } else {
    out.push_back(static_cast<char>(0xF0 | (c >> 18)));
    out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
    out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
  }
}

char32_t RepairCodePoint(uint32_t c) {
  // HTML's table for numeric references to C1 controls: what windows-1252 has there.
  static constexpr std::array<char16_t, 32> kWindows1252 = {
      0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  if (c >= 0x80 && c < 0xA0) return kWindows1252[c - 0x80];
  if (c == '\t' || c == '\n' || c == '\r') return c;
  if (c < 0x20 || (c >= 0xD800 && c < 0xE000) || c == 0xFFFE || c == 0xFFFF || c > 0x10FFFF) {
    return 0xFFFD;
  }
  return c;
}

Reference ReadReference(absl::string_view text) {
  Reference r;
  size_t i = 1;
  if (i < text.size() && text[i] == '#') {
    ++i;
    const bool hex = i < text.size() && (text[i] == 'x' || text[i] == 'X');
    if (hex) ++i;
    const size_t start = i;
    uint32_t value = 0;
    for (; i < text.size(); ++i) {
      const char c = text[i];
      uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<uint32_t>(c - '0');
      } else if (hex && (c | 32) >= 'a' && (c | 32) <= 'f') {
        digit = static_cast<uint32_t>((c | 32) - 'a' + 10);
      } else {
        break;
      }
      if (value < 0x200000) value = value * (hex ? 16 : 10) + digit;
    }
    if (i == start || i >= text.size() || text[i] != ';') return r;
    r.size = i + 1;
    r.raw_code_point = value;
    r.code_point = RepairCodePoint(value);
    return r;
  }
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  while (i < text.size() && i < 64 && is_name(text[i])) ++i;
  if (i == 1 || i >= text.size() || text[i] != ';') return r;
  r.size = i + 1;
  r.name = text.substr(1, i - 1);
  r.code_point = FindHtmlEntity(r.name);
  return r;
}

std::string DecodeEntities(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  size_t i = 0;
  while (i < text.size()) {
    const size_t amp = std::min(text.find('&', i), text.size());
    out.append(text.data() + i, amp - i);
    if (amp == text.size()) break;
    const Reference r = ReadReference(text.substr(amp));
    if (r.code_point != 0) {
      AppendUtf8(r.code_point, out);
      i = amp + r.size;
    } else {
      out.push_back('&');
      i = amp + 1;
    }
  }
  return out;
}

}  // namespace dateline::ingestion::decode
