#include "services/query/replica/read/fold.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dateline/content/v1/article.pb.h"

namespace dateline::query::replica {
namespace {

// Whether an article's language is the wanted one, a variety of it, or what it is a variety of
// (RFC 4647, sections 3.3.1 and 3.4).
bool Fits(absl::string_view wanted, absl::string_view language) {
  if (wanted.size() > language.size()) std::swap(wanted, language);
  return absl::StartsWithIgnoreCase(language, wanted) &&
         (language.size() == wanted.size() || language[wanted.size()] == '-');
}

}  // namespace

std::optional<bool> Holds(const ReadTransaction& transaction, const Plan& plan,
                          absl::string_view suffix, Budget* budget) {
  switch (plan.kind) {
    case Plan::Kind::kTerm:
      if (!budget->Take()) return std::nullopt;
      return transaction.Get(Table::kPostings, absl::StrCat(plan.list, suffix)).has_value();
    case Plan::Kind::kTime: {
      const absl::Time time = ParseListSuffix(suffix).publish_time;
      return plan.from <= time && time < plan.until;
    }
    case Plan::Kind::kNot: {
      const auto held = Holds(transaction, plan.parts[0], suffix, budget);
      return held.has_value() ? std::optional<bool>(!*held) : held;
    }
    case Plan::Kind::kAnd:
    case Plan::Kind::kOr:
      break;
  }
  const bool settles = plan.kind == Plan::Kind::kOr;
  for (const Plan& part : plan.parts) {
    const auto held = Holds(transaction, part, suffix, budget);
    if (!held.has_value() || *held == settles) return held;
  }
  return !settles;
}

Fold::Member Fold::MemberAt(absl::string_view suffix) const {
  Member member;
  member.suffix = std::string(suffix);
  const ListEntry entry = ParseListSuffix(suffix);
  const auto card = transaction_.Get(Table::kCards, CardKey(entry.article, entry.slot));
  content::v1::Article article;
  if (!card.has_value() || !article.ParseFromArray(card->data(), static_cast<int>(card->size()))) {
    return member;
  }
  member.cluster = article.cluster();
  member.translation_set = article.translation_set();
  if (options_.languages.empty()) return member;
  // One whose language nobody knows may be a wanted one; it comes last.
  member.wanted = article.language().empty();
  while (member.rank < options_.languages.size()) {
    if (!article.language().empty() && Fits(options_.languages[member.rank], article.language())) {
      member.wanted = true;
      break;
    }
    ++member.rank;
  }
  return member;
}

std::optional<bool> Fold::HoldsPlace(const std::string& suffix) const {
  if (const auto known = held_.find(suffix); known != held_.end()) return known->second;
  const std::optional<bool> held = Holds(transaction_, plan_, suffix, budget_);
  if (held.has_value()) held_.emplace(suffix, *held);
  return held;
}

template <typename Beats>
Fold::Verdict Fold::AgainstOthers(Dimension dimension, const std::string& set, const Member& member,
                                  bool only_before, Beats beats) const {
  if (by_modification_) dimension = *ByModification(dimension);
  const std::string list = ListPrefix(dimension, TermOf(set));
  Cursor cursor = transaction_.Open(Table::kPostings);
  const bool newest_first = order_ == Order::kNewestFirst;
  bool found = newest_first ? cursor.Seek(list)
                            : cursor.SeekBefore(list + std::string(kListSuffixBytes, '\xff'));
  for (int looked = 0; found && looked < kMaxFoldMembers; ++looked) {
    if (cursor.key().substr(0, kListPrefixBytes) != list) break;
    if (!budget_->Take()) return Verdict::kSpent;
    const std::string suffix(absl::ClippedSubstr(cursor.key(), kListPrefixBytes));
    if (suffix == member.suffix) {
      if (only_before) break;
    } else if (ParseVisibility(cursor.value()).At(now_)) {
      const std::optional<bool> held = HoldsPlace(suffix);
      if (!held.has_value()) return Verdict::kSpent;
      if (*held) {
        const Verdict verdict = beats(MemberAt(suffix));
        if (verdict != Verdict::kShown) return verdict;
      }
    }
    found = newest_first ? cursor.Next() : cursor.Previous();
  }
  return Verdict::kShown;
}

Fold::Verdict Fold::JudgeLanguage(const Member& member) const {
  if (!member.wanted) return Verdict::kHidden;
  if (options_.languages.empty() || member.translation_set.empty()) return Verdict::kShown;
  return AgainstOthers(Dimension::kTranslationSet, member.translation_set, member,
                       /*only_before=*/false, [&](const Member& other) {
                         if (!other.wanted || other.translation_set != member.translation_set)
                           return Verdict::kShown;
                         const bool better = other.rank < member.rank ||
                                             (other.rank == member.rank &&
                                              Precedes(other.suffix, member.suffix, order_));
                         return better ? Verdict::kHidden : Verdict::kShown;
                       });
}

Fold::Verdict Fold::JudgeCluster(const Member& member) const {
  if (!options_.clusters || member.cluster.empty()) return Verdict::kShown;
  return AgainstOthers(Dimension::kCluster, member.cluster, member, /*only_before=*/true,
                       [&](const Member& other) {
                         if (other.cluster != member.cluster) return Verdict::kShown;
                         const Verdict language = JudgeLanguage(other);
                         if (language == Verdict::kSpent) return language;
                         // The other is shown itself, or one that stands before it is.
                         return language == Verdict::kShown ? Verdict::kHidden : Verdict::kShown;
                       });
}

Fold::Verdict Fold::Judge(absl::string_view suffix) const {
  const Member member = MemberAt(suffix);
  const Verdict language = JudgeLanguage(member);
  return language == Verdict::kShown ? JudgeCluster(member) : language;
}

}  // namespace dateline::query::replica
