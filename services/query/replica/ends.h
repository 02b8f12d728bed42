#ifndef DATELINE_SERVICES_QUERY_REPLICA_ENDS_H_
#define DATELINE_SERVICES_QUERY_REPLICA_ENDS_H_

#include <string>

namespace dateline::query::replica {

// How the runs before this one ended, as a file in the data folder tells: a copy that ends the
// program must not end every one that follows. One at a time for a folder.
class Ends {
 public:
  // Begins a run. Without the file, or if it cannot be written, every end counts as a clean one.
  explicit Ends(std::string folder);
  // Ends it in good order.
  ~Ends();
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  // How many runs in a row, up to this one, ended without that.
  int unclean() const { return unclean_; }

 private:
  const std::string path_;
  int unclean_ = 0;
};

}  // namespace dateline::query::replica

#endif  // DATELINE_SERVICES_QUERY_REPLICA_ENDS_H_
