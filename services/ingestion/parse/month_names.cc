#include "services/ingestion/parse/month_names.h"

#include <array>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace dateline::ingestion::parse {
namespace {

// Stems by month; a name that is one of them or begins with one of at least four bytes counts.
constexpr std::array<absl::string_view, 12> kNames = {
    "jan january januar jänner janvier janv ene enero gennaio gen janeiro januari janua ιαν "
    "ιανουαρίου "
    "január stycznia stycznia янв января январь січня sty",
    "feb february februar feber février févr fev febrero febbraio fevereiro februari φεβ "
    "φεβρουαρίου "
    "február lutego фев февраля февраль лютого lut",
    "mar march märz mär mrz maerz mars marzo março maart mrt μαρ μάρ μαρτίου március márc marca "
    "март "
    "мар марта березня",
    "apr april avril avr abr abril aprile απρ απριλίου április ápr kwietnia апр апреля апрель "
    "квітня kwi",
    "may mai mayo maggio mag maio mei μαι μάϊ μαϊ μαΐου μάι május máj maja мая май травня",
    "jun june juni juin junio giugno giu junho ιουν ιούν ιον ιουνίου június jún czerwca июн июня "
    "июнь "
    "червня cze",
    "jul july juli juillet juil julio luglio lug julho ιουλ ιούλ ιολ ιουλίου július júl lipca июл "
    "июля "
    "июль липня lip",
    "aug august août aout ago agosto augustus αυγ αύγ αυγούστου augusztus sierpnia авг августа "
    "август "
    "серпня sie",
    "sep sept september septembre septiembre settembre set setembro σεπ σεπτ σεπτεμβρίου "
    "szeptember "
    "szept września сен сент сентября сентябрь вересня wrz",
    "oct october oktober okt octobre octubre ottobre ott out outubro οκτ οκτωβρίου október "
    "października окт октября октябрь жовтня paź",
    "nov november novembre noviembre novembro νοε νοέ νοεμβρίου listopada ноя ноября ноябрь "
    "листопада "
    "lis",
    "dec december dezember dez décembre déc diciembre dic dicembre dezembro δεκ δεκεμβρίου grudnia "
    "дек "
    "декабря декабрь грудня gru",
};

// Lower case for the Latin, Greek and Cyrillic letters that two bytes of UTF-8 hold in these names.
std::string Lower(absl::string_view s) {
  std::string out = absl::AsciiStrToLower(s);
  for (size_t i = 0; i + 1 < out.size(); ++i) {
    const auto a = static_cast<unsigned char>(out[i]);
    const auto b = static_cast<unsigned char>(out[i + 1]);
    int lead = a;
    int trail = b;
    if (a == 0xC3 && b >= 0x80 && b <= 0x9E) trail = b + 0x20;
    if (a == 0xCE && b >= 0x91 && b <= 0x9F) trail = b + 0x20;
    if (a == 0xCE && b >= 0xA0 && b <= 0xA9) lead = 0xCF, trail = b - 0x20;
    if (a == 0xD0 && b >= 0x90 && b <= 0x9F) trail = b + 0x20;
    if (a == 0xD0 && b >= 0xA0 && b <= 0xAF) lead = 0xD1, trail = b - 0x20;
    out[i] = static_cast<char>(lead);
    out[i + 1] = static_cast<char>(trail);
    if (a >= 0xC3) ++i;
  }
  return out;
}

}  // namespace

int MonthOfName(absl::string_view name) {
  static const auto* const kMonths = [] {
    auto* months = new absl::flat_hash_map<std::string, int>;
    for (size_t m = 0; m < kNames.size(); ++m) {
      for (const absl::string_view n : absl::StrSplit(kNames[m], ' ', absl::SkipEmpty())) {
        months->emplace(n, static_cast<int>(m) + 1);
      }
    }
    return months;
  }();
  const auto it = kMonths->find(Lower(name));
  return it == kMonths->end() ? 0 : it->second;
}

}  // namespace dateline::ingestion::parse
