#ifndef DATELINE_COMMON_TESTING_NODE_SERVER_H_
#define DATELINE_COMMON_TESTING_NODE_SERVER_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace dateline::testing {

// A server in Node as a child process, for tests against another make: a script that writes the
// port that it listens on to its standard output and ends when its standard input does. Aborts if
// no process can be started. Belongs to one thread.
class NodeServer {
 public:
  // `script` is a path below the top of the repository.
  NodeServer(const std::string& script, const std::vector<std::string>& arguments);
  NodeServer(const NodeServer&) = delete;
  NodeServer& operator=(const NodeServer&) = delete;
  // Ends the process and waits for it.
  ~NodeServer();

  // 0 if the script did not say.
  int port() const { return port_; }

 private:
  pid_t pid_ = -1;
  int stdin_ = -1;
  int port_ = 0;
};

}  // namespace dateline::testing

#endif  // DATELINE_COMMON_TESTING_NODE_SERVER_H_
