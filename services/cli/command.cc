#include "services/cli/command.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace dateline::cli {

std::vector<Command> AllCommands() {
  std::vector<Command> all;
  for (auto* group :
       {&MigrateCommands, &StatusCommands, &ResourceCommands, &SourceCommands, &TopicCommands,
        &TopicEditCommands, &AuthorCommands, &ArticleCommands, &ArticleLifeCommands,
        &WebhookCommands, &DocumentCommands, &ImportCommands, &ReadCommands, &SearchCommands}) {
    for (Command& command : group()) all.push_back(std::move(command));
  }
  return all;
}

absl::StatusOr<std::string> ReadInput(Session& session, const std::string& file, size_t max_bytes) {
  std::ifstream opened;
  std::istream* in = &session.in;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    // A directory opens well and fails on reading.
    if (!opened || opened.peek() == std::ifstream::traits_type::eof()) {
      const int error = errno;
      if (!opened.is_open() || opened.bad()) {
        return absl::NotFoundError(absl::StrCat("cannot read ", file, ": ", strerror(error)));
      }
    }
    in = &opened;
  }
  std::string content;
  char chunk[1 << 16];
  while (in->read(chunk, sizeof(chunk)) || in->gcount() > 0) {
    content.append(chunk, static_cast<size_t>(in->gcount()));
    if (content.size() > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(file, " has more than ", max_bytes, " bytes"));
    }
  }
  return content;
}

std::string ResourceName(absl::string_view collection, absl::string_view id_or_name) {
  const std::string prefix = absl::StrCat(collection, "/");
  return absl::StartsWith(id_or_name, prefix) ? std::string(id_or_name)
                                              : absl::StrCat(prefix, id_or_name);
}

}  // namespace dateline::cli
