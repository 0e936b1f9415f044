#include "server/tls/key_pair.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/secret_file.h"

namespace flowmesh::tls {
namespace {

template <auto Free>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, FreeBy<&BIO_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeBy<&EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<&X509_free>>;

Bio OpenText(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// Without it OpenSSL would ask for a password on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

absl::StatusOr<std::vector<Certificate>> ParseCertificates(const std::string& text, const std::string& path) {
  const Bio bio = OpenText(text);
  std::vector<Certificate> certificates;
  while (true) {
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, &NoPassword, nullptr));
    if (certificate == nullptr) break;
    certificates.push_back(std::move(certificate));
  }
  // Where nothing more begins is the regular end; everything else is damage.
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " holds no certificate: expected PEM with BEGIN CERTIFICATE"));
  }
  if (!ended) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is damaged after certificate ", certificates.size()));
  }
  return certificates;
}

absl::StatusOr<PrivateKey> ParsePrivateKey(const std::string& text, const std::string& path) {
  PrivateKey key(PEM_read_bio_PrivateKey(OpenText(text).get(), nullptr, &NoPassword, nullptr));
  ERR_clear_error();
  if (key != nullptr) return key;
  if (text.find("ENCRYPTED") != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is encrypted: decrypt it (openssl pkey) and protect the file by its mode"));
  }
  return absl::InvalidArgumentError(absl::StrCat(path, " holds no private key: expected PEM with BEGIN PRIVATE KEY"));
}

// What OpenSSL does not take in a handshake at its security level: short keys, weak digests.
absl::Status CheckUsable(const std::vector<Certificate>& chain, const std::string& path) {
  const std::unique_ptr<SSL_CTX, FreeBy<&SSL_CTX_free>> context(SSL_CTX_new(TLS_method()));
  bool usable = SSL_CTX_use_certificate(context.get(), chain.front().get()) == 1;
  for (size_t i = 1; usable && i < chain.size(); ++i) {
    usable = SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) == 1;
  }
  if (usable) return absl::OkStatus();
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat("TLS cannot use the certificate in ", path, ": ",
                                                 reason == nullptr ? "unknown reason" : reason,
                                                 "; make a stronger one"));
}

absl::Time TimeOf(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return absl::InfinitePast();
  return absl::FromTM(parts, absl::UTCTimeZone());
}

std::string Date(absl::Time time) { return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone()); }

}  // namespace

absl::StatusOr<KeyPair> ReadKeyPair(const KeyPairFiles& files, absl::Time now) {
  absl::StatusOr<std::string> chain = base::ReadSecretFile(files.certificates);
  if (!chain.ok()) return chain.status();
  absl::StatusOr<std::string> key_text = base::ReadSecretFile(files.private_key);
  if (!key_text.ok()) return key_text.status();
  const absl::StatusOr<std::vector<Certificate>> certificates = ParseCertificates(*chain, files.certificates);
  if (!certificates.ok()) return certificates.status();
  const absl::StatusOr<PrivateKey> key = ParsePrivateKey(*key_text, files.private_key);
  if (!key.ok()) return key.status();

  X509* const leaf = certificates->front().get();
  const bool fits = X509_check_private_key(leaf, key->get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrCat("the key in ", files.private_key,
                                                   " is not that of the first certificate in ", files.certificates,
                                                   ": give the pair that was made together"));
  }
  if (absl::Status status = CheckUsable(*certificates, files.certificates); !status.ok()) return status;
  KeyPair pair{.certificates = *std::move(chain),
               .private_key = *std::move(key_text),
               .not_after = TimeOf(X509_get0_notAfter(leaf))};
  if (now >= pair.not_after) {
    return absl::InvalidArgumentError(
        absl::StrCat("the certificate in ", files.certificates, " expired on ", Date(pair.not_after), ": renew it"));
  }
  if (const absl::Time begin = TimeOf(X509_get0_notBefore(leaf)); now < begin) {
    return absl::InvalidArgumentError(absl::StrCat("the certificate in ", files.certificates, " is good from ",
                                                   Date(begin), " only: is the clock right?"));
  }
  return pair;
}

absl::StatusOr<std::string> ReadAuthorities(const std::string& path) {
  absl::StatusOr<std::string> text = base::ReadSecretFile(path);
  if (!text.ok()) return text.status();
  const auto certificates = ParseCertificates(*text, path);
  if (!certificates.ok()) return certificates.status();
  return text;
}

}  // namespace flowmesh::tls
