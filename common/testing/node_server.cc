#include "common/testing/node_server.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace dateline::testing {

NodeServer::NodeServer(const std::string& script, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"node", DATELINE_SOURCE_DIR "/" + script};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int in[2];
  int out[2];
  if (pipe(in) != 0 || pipe(out) != 0) std::abort();
  pid_ = fork();
  if (pid_ == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[1]);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  stdin_ = in[1];
  std::FILE* const answer = fdopen(out[0], "r");
  if (std::fscanf(answer, "%d", &port_) != 1) port_ = 0;
  std::fclose(answer);
}

NodeServer::~NodeServer() {
  close(stdin_);
  waitpid(pid_, nullptr, 0);
}

}  // namespace dateline::testing
