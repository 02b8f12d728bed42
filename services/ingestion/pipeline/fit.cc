#include "services/ingestion/pipeline/fit.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/text/utf8.h"
#include "dateline/options/v1/field.pb.h"
#include "dateline/options/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace dateline::ingestion::pipeline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using options::v1::FieldRules;

const FieldRules& RulesOf(const FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field);
}

// The first `count` code points of a text, the last of them an ellipsis.
std::string CutTo(absl::string_view text, uint64_t count) {
  size_t end = 0;
  for (uint64_t i = 1; i < count; ++i) text::NextCodePoint(text, &end);
  return absl::StrCat(absl::StripTrailingAsciiWhitespace(text.substr(0, end)), "\u2026");
}

class Fitter {
 public:
  std::vector<std::string> Run(Message* message) && {
    Fit("", message);
    return std::move(cuts_);
  }

 private:
  void Fit(const std::string& path, Message* message) {
    std::vector<const FieldDescriptor*> fields;
    message->GetReflection()->ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) {
      const std::string name = absl::StrCat(path, field->name());
      if (field->is_map()) continue;
      if (field->is_repeated()) {
        FitList(name, *field, message);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Fit(name + ".", message->GetReflection()->MutableMessage(message, field));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        FitText(name, *field, message);
      }
    }
  }

  void FitText(const std::string& name, const FieldDescriptor& field, Message* message) {
    const options::v1::StringRules& rules = RulesOf(field).string();
    const Reflection& reflection = *message->GetReflection();
    std::string scratch;
    const std::string& text = reflection.GetStringReference(*message, &field, &scratch);
    if (!rules.has_max_len() || text.size() <= rules.max_len()) return;
    const auto length = static_cast<uint64_t>(text::CountCodePoints(text));
    if (length <= rules.max_len()) return;
    cuts_.push_back(absl::StrCat(name, ": ", rules.max_len(), " of ", length, " characters kept"));
    reflection.SetString(message, &field, CutTo(text, rules.max_len()));
  }

  void FitList(const std::string& name, const FieldDescriptor& field, Message* message) {
    const Reflection& reflection = *message->GetReflection();
    const auto max = static_cast<int>(RulesOf(field).repeated().max_items());
    const int size = reflection.FieldSize(*message, &field);
    if (max > 0 && size > max) {
      cuts_.push_back(absl::StrCat(name, ": ", max, " of ", size, " kept"));
      for (int i = size; i > max; --i) reflection.RemoveLast(message, &field);
    }
    const bool are_addresses = RulesOf(field).repeated().items().string().uri();
    const bool are_messages = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!are_addresses && !are_messages) return;
    int kept = 0;
    for (int i = 0; i < reflection.FieldSize(*message, &field); ++i) {
      const std::string item_name = absl::StrCat(name, "[", i, "]");
      Message* const item =
          are_messages ? reflection.MutableRepeatedMessage(message, &field, i) : nullptr;
      std::string scratch;
      if (item != nullptr
              ? HasLongAddress(*item)
              : IsLong(reflection.GetRepeatedStringReference(*message, &field, i, &scratch))) {
        cuts_.push_back(item_name + ": left out, its address is too long");
        continue;
      }
      if (item != nullptr) Fit(item_name + ".", item);
      if (kept != i) reflection.SwapElements(message, &field, kept, i);
      ++kept;
    }
    while (reflection.FieldSize(*message, &field) > kept) reflection.RemoveLast(message, &field);
  }

  static bool IsLong(const std::string& address) { return address.size() > limits::kMaxUrlBytes; }

  static bool HasLongAddress(const Message& item) {
    const FieldDescriptor* const url = item.GetDescriptor()->FindFieldByName("url");
    if (url == nullptr || url->is_repeated() || !RulesOf(*url).string().uri()) return false;
    std::string scratch;
    return IsLong(item.GetReflection()->GetStringReference(item, url, &scratch));
  }

  std::vector<std::string> cuts_;
};

}  // namespace

std::vector<std::string> FitToContract(content::v1::Article* article) {
  return Fitter().Run(article);
}

}  // namespace dateline::ingestion::pipeline
