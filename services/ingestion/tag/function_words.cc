#include "services/ingestion/tag/function_words.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_split.h"

namespace dateline::ingestion {
namespace {

// Folded: without accents, in small letters.
constexpr const char* kWords[] = {
    // English
    "a about after all also am an and any are as at be been before but by can could did do does "
    "down each few for from get go had has have he her here him his how i if in into is it its "
    "just let may me might more most much must my new no nor not now of off old on once one only "
    "or other our out over own per same shall she should so some such than that the their them "
    "then there these they this those to too under up us very via was we well were what when "
    "where which while who whom whose why will with would yes yet you your",
    // German
    "aber als am an auch auf aus bei beim bin bis da dann das dass dem den denn der des dich die "
    "dir doch du durch ein eine einem einen einer er es euch fur hat ich ihm ihn ihr im ins ist "
    "kann man mich mir mit nach nicht noch nun nur ob oder ohne sein sich sie sind soll uber um "
    "und uns unter vom von vor war was weil wenn wer wie wir wird wo zu zum zur",
    // French
    "au aux avec ca ce ces cet cette chez comme dans de des deux donc dont du elle elles en est et "
    "eux il ils je la le les leur leurs lui mais me meme mes moi mon ne nos notre nous on ont ou "
    "par pas plus pour qu que qui quoi sa sans se ses si son sont sous sur ta te tes toi ton tous "
    "tout tu un une vos votre vous y",
    // Spanish, Italian, Portuguese
    "al ante aos as che chi com como con cuando da dai dal das degli dei del della di do donde dos "
    "e el ella em era es esa ese esta este fra gli ha han hay i io la las lo los mais mas mi muy "
    "na "
    "nao nas nei nel no nos o os para pela pelo pero por quando se sem ser si sin sobre solo sono "
    "su sua sui sul suo sus tra tu um uma un una uno ya yo",
    // Dutch and the Nordic languages
    "aan af av bij dat de den det dit en er et ett fran har het hun ik in jag jij med men met mij "
    "naar niet og ook och om op pa sig sin som te til till uit van var vi vid voor wat wel wij zal "
    "zich zij zijn",
    // Russian and Ukrainian
    "а без бы в вас все вы где да для до его ее если же за и из или им их к как ко кто мы на не "
    "нет но о об он она они от по при с со так то того ты у уже что это я але або від він вона "
    "вони з за й як що це та",
};

}  // namespace

bool IsFunctionWord(absl::string_view folded) {
  static const auto* const words = [] {
    auto* all = new absl::flat_hash_set<std::string>();
    for (const char* line : kWords) {
      for (const absl::string_view word : absl::StrSplit(line, ' ')) all->emplace(word);
    }
    return all;
  }();
  return words->contains(folded);
}

}  // namespace dateline::ingestion
