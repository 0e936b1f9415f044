#include "tests/support/made_certificates.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/time/clock.h"

namespace flowmesh::testing {
namespace {

void Check(bool fine) {
  if (fine) return;
  std::fputs("OpenSSL cannot make a certificate\n", stderr);
  std::abort();
}

template <typename Write>
std::string PemOf(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  Check(write(out.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

std::string CertificatePem(X509* certificate) {
  return PemOf([certificate](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

void AddExtension(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
  Check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

// Without issuer and extensions, not signed.
X509* Blank(EVP_PKEY* key, const std::string& name, absl::Time begin, absl::Time end) {
  X509* const certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  unsigned char serial[8];
  Check(RAND_bytes(serial, sizeof serial) == 1);
  BIGNUM* const number = BN_bin2bn(serial, sizeof serial, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
  ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(begin));
  ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(end));
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

MadeAuthority::MadeAuthority(const std::string& name)
    : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free), certificate_(nullptr, &X509_free) {
  const absl::Time now = absl::Now();
  certificate_.reset(Blank(key_.get(), name, now - absl::Hours(2), now + absl::Hours(2)));
  X509* const certificate = certificate_.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  AddExtension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate, certificate, NID_subject_key_identifier, "hash");
  Check(X509_sign(certificate, key_.get(), EVP_sha256()) > 0);
}

std::string MadeAuthority::Pem() const { return CertificatePem(certificate_.get()); }

MadePair MadeAuthority::Issue(const Wanted& wanted) const {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      wanted.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(wanted.rsa_bits)) : EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Check(key != nullptr);
  const absl::Time now = absl::Now();
  const absl::Time begin = wanted.begin == absl::Time() ? now - absl::Hours(1) : wanted.begin;
  const absl::Time end = wanted.end == absl::Time() ? now + absl::Hours(1) : wanted.end;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(Blank(key.get(), wanted.name, begin, end), &X509_free);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  AddExtension(certificate.get(), certificate_.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  AddExtension(certificate.get(), certificate_.get(), NID_authority_key_identifier, "keyid");
  Check(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {.certificate = CertificatePem(certificate.get()),
          .private_key = PemOf([&key](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

void ReplaceFile(const std::string& path, const std::string& content) {
  const std::string other = path + ".new";
  std::ofstream(other) << content;
  chmod(other.c_str(), 0600);
  Check(std::rename(other.c_str(), path.c_str()) == 0);
}

}  // namespace flowmesh::testing
