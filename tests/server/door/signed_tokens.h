#ifndef FLOWMESH_TESTS_SERVER_DOOR_SIGNED_TOKENS_H_
#define FLOWMESH_TESTS_SERVER_DOOR_SIGNED_TOKENS_H_

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "server/base/digest.h"

namespace flowmesh::testing {

// A token put together by hand from any header and claims, signed with HMAC-SHA-256.
inline std::string HandMadeToken(const std::string& header, const std::string& claims, const std::string& secret) {
  const std::string body = absl::WebSafeBase64Escape(header) + "." + absl::WebSafeBase64Escape(claims);
  return body + "." + absl::WebSafeBase64Escape(base::HmacSha256(secret, body));
}

// A fresh key pair.
class KeyPair {
 public:
  static KeyPair Rsa(unsigned bits = 2048) { return KeyPair(EVP_RSA_gen(bits)); }
  static KeyPair Ec(const char* curve = "P-256") { return KeyPair(EVP_EC_gen(curve)); }

  std::string PublicPem() const {
    return Pem([this](BIO* out) { PEM_write_bio_PUBKEY(out, key_.get()); });
  }
  std::string PrivatePem() const {
    return Pem([this](BIO* out) { PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }

 private:
  explicit KeyPair(EVP_PKEY* key) : key_(key, &EVP_PKEY_free) {}

  template <typename Write>
  static std::string Pem(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    write(out.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return std::string(data, static_cast<std::size_t>(size));
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SERVER_DOOR_SIGNED_TOKENS_H_
