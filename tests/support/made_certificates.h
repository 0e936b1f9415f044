// Certificates made for one test.
#ifndef FLOWMESH_TESTS_SUPPORT_MADE_CERTIFICATES_H_
#define FLOWMESH_TESTS_SUPPORT_MADE_CERTIFICATES_H_

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include "absl/time/time.h"

namespace flowmesh::testing {

struct MadePair {
  std::string certificate;  // PEM
  std::string private_key;  // PEM
};

struct Wanted {
  std::string name = "test";  // common name; localhost and 127.0.0.1 are alternative names of every certificate
  absl::Time begin;           // the default is an hour ago
  absl::Time end;             // and in an hour
  int rsa_bits = 0;           // 0 = EC on P-256
};

// One that signs certificates. Aborts when OpenSSL fails.
class MadeAuthority {
 public:
  explicit MadeAuthority(const std::string& name = "authority");
  std::string Pem() const;
  MadePair Issue(const Wanted& wanted = {}) const;

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

// Writes the whole file in one step: to another name first, then renamed.
void ReplaceFile(const std::string& path, const std::string& content);

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_MADE_CERTIFICATES_H_
