#include "services/query/service/cache_tags.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace dateline::query::service {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// In the order in which their names give way.
constexpr absl::string_view kCollections[] = {"articles", "authors", "topics", "publications"};

bool IsResource(const Message& message) {
  const std::string& name = message.GetDescriptor()->full_name();
  return name == "dateline.content.v1.Article" || name == "dateline.content.v1.Author" ||
         name == "dateline.content.v1.Topic" || name == "dateline.content.v1.Publication";
}

class Tags {
 public:
  // The names that stand in a request, wherever.
  void AddAsked(const Message& request) {
    Visit(request, [this](const Message& message, const FieldDescriptor& field, int index) {
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
      const Reflection& reflection = *message.GetReflection();
      Add(field.is_repeated() ? reflection.GetRepeatedString(message, &field, index)
                              : reflection.GetString(message, &field));
    });
  }

  // The resources that an answer holds; what these refer to is no part of it.
  void AddHeld(const Message& response) {
    if (IsResource(response)) {
      const FieldDescriptor* name = response.GetDescriptor()->FindFieldByName("name");
      Add(response.GetReflection()->GetString(response, name));
      return;
    }
    Visit(
        response, [](const Message&, const FieldDescriptor&, int) {}, &Tags::AddHeld);
  }

  void AddWhole(absl::string_view collection) { tags_.insert(std::string(collection)); }
  bool empty() const { return tags_.empty(); }

  std::string Text() {
    for (const absl::string_view collection : kCollections) {
      if (Bytes() <= kMaxCacheTagBytes) break;
      const std::string prefix = absl::StrCat(collection, "/");
      const auto first = tags_.lower_bound(prefix);
      auto last = first;
      while (last != tags_.end() && absl::StartsWith(*last, prefix)) ++last;
      if (first == last) continue;
      tags_.erase(first, last);
      AddWhole(collection);
    }
    return absl::StrJoin(tags_, " ");
  }

 private:
  // Calls `visit` with every value that is set and no message; goes into messages by `into`.
  template <typename VisitValue>
  void Visit(const Message& message, VisitValue visit, void (Tags::*into)(const Message&)) {
    std::vector<const FieldDescriptor*> fields;
    const Reflection& reflection = *message.GetReflection();
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
          visit(message, *field, i);
        } else if (field->is_repeated()) {
          (this->*into)(reflection.GetRepeatedMessage(message, field, i));
        } else {
          (this->*into)(reflection.GetMessage(message, field));
        }
      }
    }
  }
  template <typename VisitValue>
  void Visit(const Message& message, VisitValue visit) {
    Visit(message, visit, &Tags::AddAsked);
  }

  void Add(const std::string& name) {
    const bool known = std::any_of(std::begin(kCollections), std::end(kCollections),
                                   [&](absl::string_view collection) {
                                     return absl::StartsWith(name, absl::StrCat(collection, "/"));
                                   });
    // A tag with a space in it would be two.
    if (known && name.find_first_of(" \t\r\n") == std::string::npos) tags_.insert(name);
  }

  size_t Bytes() const {
    size_t bytes = 0;
    for (const std::string& tag : tags_) bytes += tag.size() + 1;
    return bytes;
  }

  std::set<std::string> tags_;
};

}  // namespace

std::string CacheTagsOf(const Message& request, const Message& response) {
  Tags tags;
  tags.AddAsked(request);
  if (tags.empty()) tags.AddWhole("articles");
  tags.AddHeld(response);
  return tags.Text();
}

}  // namespace dateline::query::service
