#include "services/ingestion/parse/month_names.h"

#include <array>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"

namespace dateline::ingestion::parse {
namespace {

// Names by month, whole and cut, as feeds print them: English, German, French, Spanish, Italian,
// Portuguese, Dutch, Greek, Hungarian, Polish, Russian, Ukrainian, Bulgarian, Czech, Slovak,
// Turkish, Finnish, Romanian, Catalan, Indonesian, Croatian, the Scandinavian languages. What two
// languages call different months ("listopada") is what the larger one calls it.
constexpr std::array<absl::string_view, 12> kNames = {
    "jan january januar jänner jän janvier janv ene enero gennaio gen janeiro "
    "januari janua ιαν ιανουαρίου ιανουάριος január stycznia "
    "styczeń sty янв января январь січня січень "
    "януари ledna leden led ocak oca tammikuuta tammikuu tammi ianuarie ian "
    "gener januára janúar leden siječnja ",
    "feb february februar feber février févr fév fevrier fev febrero febbraio "
    "fevereiro februari φεβ φεβρουαρίου φεβρουάριος február "
    "lutego luty lut фев февр февраля февраль лютого "
    "лютий февруари února únor úno şubat şub helmikuuta helmikuu "
    "helmi februarie febrer veljače pebruari ",
    "mar march märz mär mrz maerz mars marzo março marco maart mrt μαρ μάρ "
    "μαρτίου μάρτιος március márc marca marzec mart март мар "
    "марта березня березень března březen bře maaliskuuta "
    "maaliskuu maalis martie març maret ožujka ",
    "apr april avril avr abr abril aprile απρ απριλίου απρίλιος "
    "április ápr kwietnia kwiecień kwi апр апреля апрель "
    "квітня квітень април dubna duben dub nisan nis huhtikuuta "
    "huhtikuu huhti aprilie travnja ",
    "may mai mayo maggio mag maio mei μαι μάϊ μαϊ μαΐου μάι "
    "μάιος május máj maja maj мая май травня травень "
    "května květen kvě mayıs toukokuuta toukokuu touko maig svibnja maí ",
    "jun june juni juin junio giugno giu junho ιουν ιούν ιον "
    "ιουνίου ιούνιος június jún czerwca czerwiec cze июн июня "
    "июнь червня червень юни června červen haziran haz "
    "kesäkuuta kesäkuu kesä iunie juny lipnja júní ",
    "jul july juli juillet juil julio luglio lug julho ιουλ ιούλ ιολ "
    "ιουλίου ιούλιος július júl lipca lipiec lip июл июля "
    "июль липня липень юли července červenec temmuz tem "
    "heinäkuuta heinäkuu heinä iulie juliol srpnja júlí ",
    "aug august août aout ago agosto augustus augusti αυγ αύγ "
    "αυγούστου αύγουστος augusztus sierpnia sierpień sie авг "
    "августа август серпня серпень srpna srpen srp ağustos "
    "ağu elokuuta elokuu elo agost agustus agu kolovoza avgust avg ",
    "sep sept september septembre septiembre settembre set setembro σεπ σεπτ "
    "σεπτεμβρίου σεπτέμβριος szeptember szept września "
    "wrzesień wrz сен сент сентября сентябрь вересня "
    "вересень септември září zář eylül eyl syyskuuta syyskuu "
    "syys septembrie setembre rujna ",
    "oct october oktober okt octobre octubre ottobre ott out outubro οκτ "
    "οκτωβρίου οκτώβριος október października październik paź "
    "окт октября октябрь жовтня жовтень "
    "октомври října říjen říj ekim eki lokakuuta lokakuu loka octombrie ",
    "nov november novembre noviembre novembro νοε νοέ νοεμβρίου "
    "νοέμβριος listopada listopad lis ноя нояб ноября "
    "ноябрь листопада листопад ноември listopadu kasım "
    "kas marraskuuta marraskuu marras noiembrie nóvember studenoga ",
    "dec december dezember dez décembre déc diciembre dic dicembre dezembro δεκ "
    "δεκεμβρίου δεκέμβριος grudnia grudzień gru дек "
    "декабря декабрь грудня грудень декември "
    "prosince prosinec pro aralık ara joulukuuta joulukuu joulu decembrie desembre "
    "desember des prosinca ",
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
