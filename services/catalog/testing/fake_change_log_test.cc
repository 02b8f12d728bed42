#include "services/catalog/testing/fake_change_log.h"

#include <map>

#include "services/catalog/testing/change_log_contract.h"

namespace dateline::catalog::store {
namespace {

class FakeLogFixture : public ::testing::Test {
 protected:
  ChangeLog& log() { return log_; }
  void WriteTopic(const std::string& id) {
    v1::ResourceState state;
    state.set_kind(v1::RESOURCE_KIND_TOPIC);
    state.set_name("topics/" + id);
    state.set_key(keys_.emplace(id, keys_.size() + 1).first->second);
    state.mutable_topic()->set_name(state.name());
    log_.Commit({state});
  }

 private:
  FakeChangeLog log_;
  std::map<std::string, int64_t> keys_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Fake, ChangeLogContract, FakeLogFixture);

}  // namespace
}  // namespace dateline::catalog::store
