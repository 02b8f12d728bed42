#include "services/ingestion/parse/date_zones.h"

#include <array>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace dateline::ingestion::parse {
namespace {

using absl::string_view;

constexpr const char* kAreas[] = {
    "Africa", "America", "Antarctica", "Arctic", "Asia",   "Atlantic", "Australia", "Brazil",
    "Canada", "Chile",   "Etc",        "Europe", "Indian", "Mexico",   "Pacific",   "US"};

// The names that the system knows. Listed once, because loading a zone remembers its name for good,
// known or not.
absl::flat_hash_set<std::string> ListZones() {
  namespace fs = std::filesystem;
  absl::flat_hash_set<std::string> names;
  const fs::path root = "/usr/share/zoneinfo";
  for (const char* area : kAreas) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(root / area, error), end; !error && it != end;
         it.increment(error)) {
      names.insert(it->path().lexically_relative(root).string());
    }
  }
  return names;
}

}  // namespace

std::optional<int> ZoneOffset(string_view name) {
  static const auto* const kZones = new absl::flat_hash_map<string_view, int>{
      {"ut", 0},     {"utc", 0},     {"gmt", 0},     {"wet", 0},     {"z", 0},       {"west", 60},
      {"bst", 60},   {"cet", 60},    {"met", 60},    {"mez", 60},    {"wat", 60},    {"cest", 120},
      {"cedt", 120}, {"mest", 120},  {"mesz", 120},  {"eet", 120},   {"cat", 120},   {"sast", 120},
      {"eest", 180}, {"eedt", 180},  {"msk", 180},   {"eat", 180},   {"trt", 180},   {"idt", 180},
      {"msd", 240},  {"gst", 240},   {"samt", 240},  {"pkt", 300},   {"uzt", 300},   {"yekt", 300},
      {"ist", 330},  {"npt", 345},   {"omst", 360},  {"ict", 420},   {"wib", 420},   {"krat", 420},
      {"sgt", 480},  {"hkt", 480},   {"pht", 480},   {"wita", 480},  {"awst", 480},  {"myt", 480},
      {"jst", 540},  {"kst", 540},   {"wit", 540},   {"acst", 570},  {"aest", 600},  {"vlat", 600},
      {"acdt", 630}, {"aedt", 660},  {"nzst", 720},  {"nzt", 720},   {"nzdt", 780},  {"nst", -210},
      {"ndt", -150}, {"at", -240},   {"ast", -240},  {"adt", -180},  {"brt", -180},  {"brst", -120},
      {"art", -180}, {"uyt", -180},  {"clt", -240},  {"clst", -180}, {"vet", -240},  {"cot", -300},
      {"pet", -300}, {"et", -300},   {"est", -300},  {"edt", -240},  {"ct", -360},   {"cst", -360},
      {"cdt", -300}, {"mt", -420},   {"mst", -420},  {"mdt", -360},  {"pt", -480},   {"pst", -480},
      {"pdt", -420}, {"akst", -540}, {"akdt", -480}, {"hst", -600},  {"hast", -600}, {"hadt", -540},
  };
  if (name.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(name[0])) != 0) return 0;
  const auto it = kZones->find(name);
  if (it == kZones->end()) return std::nullopt;
  return it->second;
}

std::optional<absl::TimeZone> FindZone(string_view name) {
  static const auto* const kNames = new absl::flat_hash_set<std::string>(ListZones());
  absl::TimeZone zone;
  if (!kNames->contains(name) || !absl::LoadTimeZone(std::string(name), &zone)) return std::nullopt;
  return zone;
}

}  // namespace dateline::ingestion::parse
