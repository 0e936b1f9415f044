#include "server/base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/escaping.h"

namespace flowmesh::base {
namespace {

constexpr size_t kDigestSize = 32;

// These calls fail only without memory or with a broken OpenSSL; a wrong digest would be worse than an end.
void Require(bool ok) {
  if (ok) return;
  std::fputs("OpenSSL cannot compute SHA-256\n", stderr);
  std::abort();
}

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string BigEndian(uint64_t number) {
  std::string out(8, '\0');
  for (int i = 0; i < 8; ++i) out[i] = static_cast<char>(number >> (56 - 8 * i));
  return out;
}

}  // namespace

std::string Sha256(absl::string_view data) {
  std::string digest(kDigestSize, '\0');
  Require(EVP_Digest(data.data(), data.size(), Bytes(digest), nullptr, EVP_sha256(), nullptr) == 1);
  return digest;
}

std::string HmacSha256(absl::string_view key, absl::string_view data) {
  std::string digest(kDigestSize, '\0');
  unsigned int size = 0;
  // An empty view may carry a null pointer, which HMAC reads as "the key of last time".
  const char* key_data = key.empty() ? "" : key.data();
  Require(HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(data.data()), data.size(), Bytes(digest), &size) != nullptr);
  return digest;
}

std::string Hex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

bool ConstantTimeEqual(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void Sha256Builder::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256Builder::Sha256Builder() : context_(EVP_MD_CTX_new()) {
  Require(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

Sha256Builder::~Sha256Builder() = default;
Sha256Builder::Sha256Builder(Sha256Builder&&) noexcept = default;
Sha256Builder& Sha256Builder::operator=(Sha256Builder&&) noexcept = default;

Sha256Builder& Sha256Builder::Add(absl::string_view field) { return AddRaw(BigEndian(field.size())).AddRaw(field); }

Sha256Builder& Sha256Builder::Add(uint64_t number) { return Add(BigEndian(number)); }

Sha256Builder& Sha256Builder::AddRaw(absl::string_view piece) {
  Require(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) == 1);
  return *this;
}

std::string Sha256Builder::Finish() {
  std::string digest(kDigestSize, '\0');
  Require(EVP_DigestFinal_ex(context_.get(), Bytes(digest), nullptr) == 1);
  return digest;
}

}  // namespace flowmesh::base
