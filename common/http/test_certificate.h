#ifndef DATELINE_COMMON_HTTP_TEST_CERTIFICATE_H_
#define DATELINE_COMMON_HTTP_TEST_CERTIFICATE_H_

#include <string>

namespace dateline::http {

// A key and its certificate for 127.0.0.1 and no other name, signed by itself, as PEM files that
// are removed with it.
class TestCertificate {
 public:
  // Valid for a day on both sides of now shifted by `days`.
  explicit TestCertificate(int days);
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  const std::string& certificate_file() const { return certificate_file_; }
  const std::string& key_file() const { return key_file_; }

 private:
  std::string certificate_file_;
  std::string key_file_;
};

}  // namespace dateline::http

#endif  // DATELINE_COMMON_HTTP_TEST_CERTIFICATE_H_
