#include "common/http/test_certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

namespace dateline::http {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// For 127.0.0.1 and no other name, signed by itself, valid for a day on both sides of now shifted
// by `days`.
Certificate MakeCertificate(EVP_PKEY* key, int days) {
  Certificate certificate(X509_new(), &X509_free);
  X509* const x509 = certificate.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), (days - 1) * 86'400L);
  X509_gmtime_adj(X509_getm_notAfter(x509), (days + 1) * 86'400L);
  X509_set_pubkey(x509, key);
  X509_NAME* const name = X509_get_subject_name(x509);
  const auto* const text = reinterpret_cast<const unsigned char*>("test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(x509, name);
  X509_EXTENSION* const names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(x509, names, -1);
  X509_EXTENSION_free(names);
  if (X509_sign(x509, key, EVP_sha256()) <= 0) std::abort();
  return certificate;
}

// A new file for one to write to.
std::FILE* NewFile(std::string* path) {
  char name[] = "/tmp/dateline-tls-XXXXXX";
  std::FILE* const file = fdopen(mkstemp(name), "w");
  if (file == nullptr) std::abort();
  *path = name;
  return file;
}

}  // namespace

TestCertificate::TestCertificate(int days) {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free);
  const Certificate certificate = MakeCertificate(key.get(), days);
  std::FILE* const certificate_file = NewFile(&certificate_file_);
  PEM_write_X509(certificate_file, certificate.get());
  std::fclose(certificate_file);
  std::FILE* const key_file = NewFile(&key_file_);
  PEM_write_PrivateKey(key_file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(key_file);
}

TestCertificate::~TestCertificate() {
  unlink(certificate_file_.c_str());
  unlink(key_file_.c_str());
}

}  // namespace dateline::http
