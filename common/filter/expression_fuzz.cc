#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "common/base/limits.h"
#include "common/filter/expression.h"

// Parses arbitrary bytes: what is taken keeps the bounds, and what is refused says which field.
namespace dateline::filter {
namespace {

constexpr KnownField kFields[] = {
    {"topic", 0, FieldKind::kWord},
    {"label", 1, FieldKind::kWord},
    {"has_image", 2, FieldKind::kFlag},
    {"publish_time", 3, FieldKind::kTime},
};

void Require(bool condition) {
  if (!condition) std::abort();
}

// A value is taken or refused as the caller's fault.
void Refused(const absl::Status& status) {
  Require(status.ok() || absl::IsInvalidArgument(status));
}

int Conditions(const Expression& expression, int depth) {
  // A level of parentheses and NOTs has a series of AND and one of OR at most.
  Require(depth <= 3 * kMaxDepth);
  if (expression.kind == Expression::Kind::kRestriction) {
    Require(expression.parts.empty() && expression.column > 0);
    Require(expression.field >= 0 && expression.field < 4);
    Refused(TimeIn(expression, "filter").status());
    Refused(FlagIn(expression, "filter").status());
    return 1;
  }
  Require(expression.parts.size() >= (expression.kind == Expression::Kind::kNot ? 1u : 2u));
  int conditions = 0;
  for (const Expression& part : expression.parts) conditions += Conditions(part, depth + 1);
  return conditions;
}

}  // namespace
}  // namespace dateline::filter

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dateline::filter;  // NOLINT: a fuzzer's one function
  const auto parsed = ParseExpression(absl::string_view(reinterpret_cast<const char*>(data), size),
                                      "filter.expression", kFields);
  if (!parsed.ok()) {
    Require(absl::IsInvalidArgument(parsed.status()));
    return 0;
  }
  Require(size <= dateline::limits::kMaxFilterBytes);
  Require(Conditions(*parsed, 0) <= dateline::limits::kMaxFilterTerms);
  return 0;
}
