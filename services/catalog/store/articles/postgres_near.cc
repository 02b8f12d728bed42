#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/text/simhash.h"
#include "services/catalog/store/articles/postgres_clusters.h"
#include "services/catalog/store/postgres_params.h"

namespace dateline::catalog::store {
namespace {

using article::ClusterArticle;

constexpr int kBandBits = 64 / text::kSimHashBands;
constexpr int kBandMask = (1 << kBandBits) - 1;
static_assert(kBandBits == 16 && text::kSimHashBands == 4, "as the indices and statements have it");
// Beyond so many candidates for a key something is wrong with the fingerprints, not with the
// articles; the newest count.
constexpr int kMaxCandidates = 1'000;
// From so many subjects on it is worth a try to read all that was published at about their time: a
// subject has 68 keys to look for, and each costs as much as a few rows of the table.
constexpr int kManySubjects = 20;
constexpr int kRowsPerSubject = 128;

// What is asked of a candidate.
constexpr char kColumns[] =
    " key, simhash, (extract(epoch FROM publish_time) * 1000000)::bigint, cluster_key ";
constexpr char kMayCluster[] = " simhash <> 0 AND state = 2 AND NOT no_clustering AND ";

// Those with a key in common with one of the subjects, published about its time: a walk along the
// index of a band for each key. The bound within sees to that, whatever the planner thinks of them.
std::string ByKeys() {
  std::vector<std::string> bands;
  for (int band = 0; band < text::kSimHashBands; ++band) {
    // As the indices have it.
    const std::string bits = band == 0 ? "simhash" : absl::StrCat("(simhash >> ", band * 16, ")");
    bands.push_back(absl::StrCat(
        "SELECT a.* FROM unnest($", band + 1,
        "::bigint[], $5::bigint[], $6::bigint[]) AS p(k, lo, hi) CROSS JOIN LATERAL (SELECT",
        kColumns, "FROM catalog.articles WHERE", kMayCluster, "(", bits,
        " & 65535) = p.k AND publish_time BETWEEN ", FromMicros("p.lo"), " AND ",
        FromMicros("p.hi"), " ORDER BY publish_time DESC LIMIT $7::int) AS a"));
  }
  return absl::StrJoin(bands, " UNION ALL ");
}

// The same of all that was published within some spans of time, whose keys are looked up in sets of
// bits. A row without a fingerprint says how many were looked at.
std::string ByTime() {
  return absl::StrCat(
      "WITH s AS MATERIALIZED (SELECT a.* FROM unnest($5::bigint[], $6::bigint[]) AS w(lo, hi) "
      "CROSS JOIN LATERAL (SELECT key, simhash, publish_time, cluster_key, state, no_clustering "
      "FROM catalog.articles WHERE publish_time BETWEEN ",
      FromMicros("w.lo"), " AND ", FromMicros("w.hi"),
      " ORDER BY publish_time, key LIMIT $7::int) AS a LIMIT $7::int) SELECT", kColumns,
      "FROM s WHERE", kMayCluster,
      "(get_bit($1::bytea, simhash & 65535) = 1 OR get_bit($2::bytea, (simhash >> 16) & 65535) = 1 "
      "OR get_bit($3::bytea, (simhash >> 32) & 65535) = 1 "
      "OR get_bit($4::bytea, (simhash >> 48) & 65535) = 1) "
      "UNION ALL SELECT count(*), NULL, NULL, NULL FROM s");
}

using Subjects = std::vector<ClusterArticle>;  // In the order of their times.

// Adds the candidate of a row if it is near one of the subjects.
void AddIfNear(const pqxx::row& row, const Subjects& subjects, ClusterArticles* near) {
  const ClusterArticle candidate = {Int(row[0]), static_cast<uint64_t>(Int(row[1])), *Time(row[2]),
                                    Int(row[3]), /*is_open=*/false};
  const bool is_near = std::any_of(
      subjects.begin(), subjects.end(),
      [&](const ClusterArticle& subject) { return article::AreNear(subject, candidate); });
  if (is_near) near->emplace(candidate.key, candidate);
}

void FindByKeys(pqxx::transaction_base& transaction, const Subjects& subjects,
                ClusterArticles* near) {
  static const std::string query = ByKeys();
  std::array<ArrayParam, text::kSimHashBands> bands;
  ArrayParam begins, ends;
  for (const ClusterArticle& subject : subjects) {
    const auto probes = text::SimHashProbeKeys(subject.simhash);
    for (size_t i = 0; i < probes.size(); ++i) {
      bands[static_cast<size_t>(probes[i] >> kBandBits)].Add(probes[i] & kBandMask);
      if (i % bands.size() != 0) continue;
      begins.AddTime(subject.publish_time - article::kClusterWindow);
      ends.AddTime(subject.publish_time + article::kClusterWindow);
    }
  }
  for (const pqxx::row& row :
       transaction.exec_params(query, bands[0].str(), bands[1].str(), bands[2].str(),
                               bands[3].str(), begins.str(), ends.str(), kMaxCandidates)) {
    AddIfNear(row, subjects, near);
  }
}

// False if too much was published about their times.
bool FindByTime(pqxx::transaction_base& transaction, const Subjects& subjects,
                ClusterArticles* near) {
  static const std::string query = ByTime();
  std::array<std::string, text::kSimHashBands> bits;
  for (std::string& band : bits) band.resize((size_t{1} << kBandBits) / 8);
  for (const ClusterArticle& subject : subjects) {
    for (const int32_t probe : text::SimHashProbeKeys(subject.simhash)) {
      const int key = probe & kBandMask;
      char& byte = bits[static_cast<size_t>(probe >> kBandBits)][static_cast<size_t>(key) / 8];
      byte = static_cast<char>(static_cast<unsigned char>(byte) | 1u << (key % 8));
    }
  }
  // Spans that overlap are one, so that nothing is read twice.
  ArrayParam begins, ends;
  for (size_t i = 0; i < subjects.size(); ++i) {
    const absl::Time time = subjects[i].publish_time;
    const bool is_last = i + 1 == subjects.size();
    if (i == 0 || time - subjects[i - 1].publish_time > 2 * article::kClusterWindow) {
      begins.AddTime(time - article::kClusterWindow);
    }
    if (is_last || subjects[i + 1].publish_time - time > 2 * article::kClusterWindow) {
      ends.AddTime(time + article::kClusterWindow);
    }
  }
  const auto binary = [&](size_t band) {
    return pqxx::binarystring(bits[band].data(), bits[band].size());
  };
  const auto most = static_cast<int64_t>(subjects.size()) * kRowsPerSubject;
  int64_t looked_at = 0;
  ClusterArticles found;
  for (const pqxx::row& row : transaction.exec_params(query, binary(0), binary(1), binary(2),
                                                      binary(3), begins.str(), ends.str(), most)) {
    if (row[1].is_null()) {
      looked_at = Int(row[0]);
    } else {
      AddIfNear(row, subjects, &found);
    }
  }
  if (looked_at >= most) return false;
  near->merge(found);
  return true;
}

}  // namespace

ClusterArticles FindNear(pqxx::transaction_base& transaction,
                         const std::vector<ClusterArticle>& subjects) {
  Subjects sorted;
  for (const ClusterArticle& subject : subjects) {
    if (subject.simhash != 0) sorted.push_back(subject);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.publish_time < b.publish_time; });
  ClusterArticles near;
  if (sorted.empty()) return near;
  const bool are_many = sorted.size() >= kManySubjects;
  if (!are_many || !FindByTime(transaction, sorted, &near)) {
    FindByKeys(transaction, sorted, &near);
  }
  for (const ClusterArticle& subject : subjects) near.erase(subject.key);
  return near;
}

}  // namespace dateline::catalog::store
