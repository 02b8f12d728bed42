#include "services/ingestion/tag/language.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace dateline::ingestion {
namespace {

struct Sample {
  const char* language;
  const char* text;
};

// Texts of kMinBytesToOverrule bytes and more.
constexpr Sample kSamples[] = {
    {"en",
     "The ministers agreed on Thursday that the new railway between the two cities should be built "
     "within three years. Work is to begin in spring, when the snow has melted and the river can "
     "be "
     "crossed again. Half of the money comes from the state, the other half from the companies "
     "that will use the line. Farmers along the route fear that their fields will be divided, and "
     "they have asked for bridges and for higher payments."},
    {"de",
     "Die Minister einigten sich am Donnerstag darauf, dass die neue Bahnstrecke zwischen den "
     "beiden "
     "Städten innerhalb von drei Jahren gebaut werden soll. Die Arbeiten beginnen im Frühjahr, "
     "wenn "
     "der Schnee geschmolzen ist und man den Fluss wieder überqueren kann. Die Hälfte des Geldes "
     "kommt vom Staat, die andere Hälfte von den Unternehmen, die die Strecke nutzen werden. Die "
     "Bauern fürchten, dass ihre Felder geteilt werden."},
    {"fr",
     "Les ministres sont convenus jeudi que la nouvelle ligne de chemin de fer entre les deux "
     "villes "
     "serait construite en trois ans. Les travaux commenceront au printemps, quand la neige aura "
     "fondu et que l'on pourra de nouveau traverser le fleuve. La moitié de l'argent vient de "
     "l'État, l'autre moitié des entreprises qui utiliseront la ligne. Les paysans craignent que "
     "leurs champs soient coupés en deux."},
    {"es",
     "Los ministros acordaron el jueves que la nueva línea de ferrocarril entre las dos ciudades "
     "se "
     "construya en tres años. Las obras comenzarán en primavera, cuando la nieve se haya derretido "
     "y "
     "se pueda cruzar de nuevo el río. La mitad del dinero viene del Estado y la otra mitad de las "
     "empresas que usarán la línea. Los campesinos temen que sus campos queden divididos y piden "
     "puentes y mejores pagos."},
    {"it",
     "I ministri hanno deciso giovedì che la nuova ferrovia tra le due città sarà costruita in tre "
     "anni. I lavori cominceranno in primavera, quando la neve si sarà sciolta e si potrà di nuovo "
     "attraversare il fiume. La metà del denaro viene dallo Stato, l'altra metà dalle aziende che "
     "useranno la linea. I contadini temono che i loro campi vengano divisi e chiedono ponti e "
     "pagamenti più alti per le loro terre."},
    {"nl",
     "De ministers zijn het er donderdag over eens geworden dat de nieuwe spoorlijn tussen de twee "
     "steden binnen drie jaar moet worden gebouwd. Het werk begint in het voorjaar, wanneer de "
     "sneeuw is gesmolten en men de rivier weer kan oversteken. De helft van het geld komt van de "
     "staat, de andere helft van de bedrijven die de lijn gaan gebruiken. De boeren vrezen dat hun "
     "velden worden verdeeld en vragen om bruggen."},
    {"pl",
     "Ministrowie uzgodnili w czwartek, że nowa linia kolejowa między dwoma miastami powstanie w "
     "ciągu trzech lat. Prace rozpoczną się wiosną, kiedy stopnieje śnieg i będzie można znowu "
     "przekroczyć rzekę. Połowa pieniędzy pochodzi od państwa, druga połowa od przedsiębiorstw, "
     "które będą korzystać z linii. Rolnicy obawiają się, że ich pola zostaną podzielone, i proszą "
     "o mosty oraz wyższe odszkodowania za ziemię."},
    {"tr",
     "Bakanlar perşembe günü iki şehir arasındaki yeni demiryolunun üç yıl içinde yapılması "
     "konusunda anlaştılar. Çalışmalar ilkbaharda, karlar eridiğinde ve nehir yeniden geçilebilir "
     "olduğunda başlayacak. Paranın yarısı devletten, diğer yarısı hattı kullanacak şirketlerden "
     "geliyor. Çiftçiler tarlalarının bölünmesinden korkuyor ve köprülerle birlikte daha yüksek "
     "ödemeler istiyorlar."},
    {"ru",
     "Министры договорились в четверг, что новая железная дорога между двумя городами будет "
     "построена за три года. Работы начнутся весной, когда растает снег и можно будет снова "
     "переправиться через реку. Половину денег даёт государство, другую половину дают компании, "
     "которые будут пользоваться дорогой."},
    {"uk",
     "Міністри домовилися в четвер, що нову залізницю між двома містами буде побудовано за три "
     "роки. "
     "Роботи почнуться навесні, коли розтане сніг і можна буде знову переправитися через річку. "
     "Половину грошей дає держава, іншу половину дають компанії, які користуватимуться "
     "залізницею."},
    {"kk",
     "Министрлер бейсенбі күні екі қаланың арасындағы жаңа теміржолды үш жыл ішінде салуға "
     "келісті. "
     "Жұмыс көктемде, қар еріп, өзеннен қайтадан өтуге болатын кезде басталады. Ақшаның жартысын "
     "мемлекет, екінші жартысын теміржолды пайдаланатын компаниялар береді."},
    {"el",
     "Οι υπουργοί συμφώνησαν την Πέμπτη ότι η νέα σιδηροδρομική γραμμή ανάμεσα στις δύο πόλεις θα "
     "κατασκευαστεί μέσα σε τρία χρόνια. Οι εργασίες θα αρχίσουν την άνοιξη, όταν θα έχει λιώσει "
     "το "
     "χιόνι και θα μπορεί κανείς να περάσει πάλι το ποτάμι."},
    {"ar",
     "اتفق الوزراء يوم الخميس على بناء خط السكة الحديدية الجديد بين المدينتين خلال ثلاث سنوات. "
     "وسيبدأ العمل في الربيع عندما يذوب الثلج ويصبح عبور النهر ممكنا من جديد. وتأتي نصف الأموال من "
     "الدولة والنصف الآخر من الشركات التي ستستخدم الخط. ويخشى المزارعون أن تقسم حقولهم."},
    {"zh",
     "各国部长星期四同意在三年内修建两座城市之间的新铁路。工程将在春天开始，那时积雪已经融化，人们"
     "又可以"
     "渡过河流。一半的资金来自国家，另一半来自将要使用这条线路的公司。沿线的农民担心他们的田地会被"
     "分割，"
     "他们要求修建桥梁并提高补偿。政府表示将在下个月公布详细的计划，并听取居民的意见。"},
    {"ja",
     "閣僚らは木曜日、二つの都市を結ぶ新しい鉄道を三年以内に建設することで合意した。工事は雪が解け"
     "て川を"
     "再び渡れるようになる春に始まる。資金の半分は国が出し、残りの半分は路線を利用する企業が負担す"
     "る。沿線"
     "の農家は畑が分断されることを心配し、橋の建設と補償の引き上げを求めている。"},
    {"ko",
     "장관들은 목요일에 두 도시를 잇는 새 철도를 삼 년 안에 건설하기로 합의했다. 공사는 눈이 녹고 "
     "강을 "
     "다시 건널 수 있게 되는 봄에 시작된다. 자금의 절반은 국가가 내고 나머지 절반은 노선을 이용할 "
     "기업들이 "
     "부담한다. 농민들은 밭이 나뉠 것을 걱정하며 다리와 더 높은 보상을 요구하고 있다. 정부는 다음 "
     "달에 자세한 계획을 발표할 것이다."},
};

TEST(DetectLanguage, NamesTheLanguageOfASentence) {
  struct Case {
    const char* text;
    const char* expected;
  };
  constexpr Case kCases[] = {
      {"The ministers agreed on Thursday that the railway should be built within three years.",
       "en"},
      {"Die Minister einigten sich am Donnerstag darauf, die Bahnstrecke in drei Jahren zu bauen.",
       "de"},
      {"Les ministres sont convenus jeudi que la ligne serait construite en trois ans.", "fr"},
      {"Министры договорились в четверг построить железную дорогу за три года.", "ru"},
      {"Министрлер бейсенбі күні теміржолды үш жыл ішінде салуға келісті, деп хабарлады.", "kk"},
      {"各国部长星期四同意在三年内修建这条铁路，并将于明年开工。", "zh"},
      {"閣僚らは木曜日、鉄道を三年以内に建設することで合意した。", "ja"},
      {"장관들은 목요일에 철도를 삼 년 안에 건설하기로 합의했다.", "ko"},
      {"השרים הסכימו ביום חמישי לבנות את מסילת הברזל בתוך שלוש שנים.", "he"},
      {"", ""},
      {"123 456 --- !!!", ""},
      {"\xFF\xFE\x80", ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(DetectLanguage(c.text, ""), c.expected) << c.text;
}

TEST(DetectLanguage, IsNotOverruledByAWrongHint) {
  EXPECT_EQ(
      DetectLanguage("Die Minister einigten sich am Donnerstag darauf, die Bahnstrecke in drei "
                     "Jahren zu bauen und die Kosten zu teilen.",
                     "en-US"),
      "de");
}

TEST(ChooseLanguage, BelievesTheTextAgainstATemplatesDefault) {
  for (const Sample& sample : kSamples) {
    ASSERT_GE(std::string(sample.text).size(), kMinBytesToOverrule) << sample.language;
    EXPECT_EQ(ChooseLanguage("", sample.text), sample.language);
    const char* wrong = std::string(sample.language) == "en" ? "fi" : "en-US";
    EXPECT_EQ(ChooseLanguage(wrong, sample.text), sample.language);
    // What is right stays as it is written.
    const std::string right = absl::StrCat(sample.language, "-XX");
    EXPECT_EQ(ChooseLanguage(right, sample.text), right);
  }
}

TEST(ChooseLanguage, BelievesTheFeedWhereTheTextSaysTooLittle) {
  const std::string german = "Die Minister einigten sich am Donnerstag auf den Bau der Strecke.";
  EXPECT_EQ(ChooseLanguage("en-US", german), "en-US");
  EXPECT_EQ(ChooseLanguage("", german), "de");
  EXPECT_EQ(ChooseLanguage("en-US", std::string(1'000, '1')), "en-US");
  EXPECT_EQ(ChooseLanguage("", std::string(1'000, '1')), "");
  // Half and half contradicts nothing.
  const std::string both = absl::StrCat(kSamples[1].text, " ", kSamples[2].text);
  EXPECT_EQ(ChooseLanguage("en-US", both), "en-US");
}

TEST(ChooseLanguage, DoesNotJudgeBetweenLanguagesThatAreAlike) {
  const char* danish =
      "Ministrene blev torsdag enige om, at den nye jernbane mellem de to byer skal bygges i løbet "
      "af tre år. Arbejdet begynder til foråret, når sneen er smeltet, og man igen kan komme over "
      "floden. Halvdelen af pengene kommer fra staten, den anden halvdel fra de virksomheder, der "
      "skal bruge linjen. Bønderne frygter, at deres marker bliver delt, og beder om broer og "
      "højere betaling for jorden.";
  EXPECT_EQ(ChooseLanguage("nb", danish), "nb");
  EXPECT_EQ(ChooseLanguage("da-DK", danish), "da-DK");
}

}  // namespace
}  // namespace dateline::ingestion
