#include "server/door/jwk.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Struct;

template <auto Free>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using PublicKey = std::unique_ptr<EVP_PKEY, FreeBy<&EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeBy<&EVP_PKEY_CTX_free>>;
using Bio = std::unique_ptr<BIO, FreeBy<&BIO_free>>;
using Number = std::unique_ptr<BIGNUM, FreeBy<&BN_free>>;

constexpr size_t kP256Bytes = 32;          // of a coordinate
constexpr size_t kMaxModulusBytes = 2048;  // 16,384 bits, the most that OpenSSL verifies with

absl::Status Invalid(std::string message) { return absl::InvalidArgumentError(std::move(message)); }

std::string Member(const Struct& object, const char* name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? std::string() : found->second.string_value();
}

std::string Bytes(const Struct& object, const char* name) {
  std::string bytes;
  return absl::WebSafeBase64Unescape(Member(object, name), &bytes) ? bytes : std::string();
}

// Whether the key belongs to an algorithm that is registered (RFC 7518, RFC 8037) and not one of ours.
bool IsForSomethingElse(const Struct& object) {
  constexpr std::array<absl::string_view, 12> kOthers = {"RS384",    "RS512",        "PS256",   "PS384",
                                                         "PS512",    "ES384",        "ES512",   "EdDSA",
                                                         "RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "RSA1_5"};
  const std::string use = Member(object, "use");
  if (!use.empty() && use != "sig") return true;
  const std::string alg = Member(object, "alg");
  for (const absl::string_view other : kOthers) {
    if (alg == other) return true;
  }
  const std::string crv = Member(object, "crv");
  return Member(object, "kty") == "OKP" || crv == "P-384" || crv == "P-521" || crv == "secp256k1";
}

std::optional<Algorithm> AlgorithmOf(const std::string& kty, const std::string& alg) {
  for (const auto& [type, algorithm] :
       {std::pair("oct", Algorithm::kHs256), std::pair("RSA", Algorithm::kRs256), std::pair("EC", Algorithm::kEs256)}) {
    if (kty == type && (alg.empty() || alg == AlgorithmName(algorithm))) return algorithm;
  }
  return std::nullopt;
}

PublicKey FromPem(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return PublicKey(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
}

PublicKey FromParameters(const char* type, OSSL_PARAM* parameters) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    return nullptr;
  }
  return PublicKey(key);
}

PublicKey FromModulus(const std::string& n, const std::string& e) {
  if (n.empty() || n.size() > kMaxModulusBytes || e.empty() || e.size() > kMaxModulusBytes) return nullptr;
  const auto number = [](const std::string& bytes) {
    return Number(
        BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr));
  };
  const Number modulus = number(n), exponent = number(e);
  const std::unique_ptr<OSSL_PARAM_BLD, FreeBy<&OSSL_PARAM_BLD_free>> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const std::unique_ptr<OSSL_PARAM, FreeBy<&OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  return FromParameters("RSA", parameters.get());
}

PublicKey FromPoint(const std::string& x, const std::string& y) {
  if (x.size() != kP256Bytes || y.size() != kP256Bytes) return nullptr;
  std::string point = absl::StrCat("\x04", x, y);  // uncompressed (SEC 1, section 2.3.3)
  char curve[] = "P-256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end(),
  };
  return FromParameters("EC", parameters);
}

bool IsP256(EVP_PKEY* key) {
  char name[64] = "";
  size_t size = 0;
  return EVP_PKEY_get_group_name(key, name, sizeof name, &size) == 1 && std::strcmp(name, "prime256v1") == 0;
}

// What libjwt reads.
std::string ToPem(EVP_PKEY* key) {
  const Bio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(out.get(), key);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

bool IsSound(EVP_PKEY* key) {
  const KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  return EVP_PKEY_public_check(context.get()) == 1;
}

absl::StatusOr<std::string> PublicPem(const Struct& object, Algorithm algorithm, const std::string& where) {
  const bool rsa = algorithm == Algorithm::kRs256;
  const std::string pem = Member(object, "pem");
  PublicKey key;
  if (!pem.empty()) {
    key = FromPem(pem);
    if (key == nullptr || EVP_PKEY_base_id(key.get()) != (rsa ? EVP_PKEY_RSA : EVP_PKEY_EC)) {
      return Invalid(absl::StrCat(where, ".pem must be a public key of that type (BEGIN PUBLIC KEY)"));
    }
  } else if (rsa) {
    key = FromModulus(Bytes(object, "n"), Bytes(object, "e"));
    if (key == nullptr) return Invalid(absl::StrCat(where, " must have n and e, base64url, or pem"));
  } else {
    if (Member(object, "crv") == "P-256") key = FromPoint(Bytes(object, "x"), Bytes(object, "y"));
    if (key == nullptr) {
      return Invalid(absl::StrCat(where, " must have crv P-256 and a point of it in x and y, base64url, or pem"));
    }
  }
  if (rsa && EVP_PKEY_bits(key.get()) < kMinRsaBits) {
    return Invalid(absl::StrCat(where, " has ", EVP_PKEY_bits(key.get()), " bits; RS256 needs ", kMinRsaBits));
  }
  if (!rsa && !IsP256(key.get())) return Invalid(absl::StrCat(where, " must be on the curve P-256: ES256 is for it"));
  if (!IsSound(key.get())) return Invalid(absl::StrCat(where, " is no sound public key: its numbers do not fit"));
  return ToPem(key.get());
}

}  // namespace

bool LooksLikePem(absl::string_view text) { return absl::StrContains(text, "-----BEGIN "); }

absl::StatusOr<std::optional<Key>> ParseJwk(const Struct& object, const std::string& where) {
  if (IsForSomethingElse(object)) return std::nullopt;
  std::optional<Key> parsed = Key();
  Key& key = *parsed;
  key.kid = Member(object, "kid");
  const std::optional<Algorithm> algorithm = AlgorithmOf(Member(object, "kty"), Member(object, "alg"));
  if (!algorithm) {
    return Invalid(absl::StrCat(where, " must have kty and alg oct/HS256, RSA/RS256 or EC/ES256"));
  }
  key.algorithm = *algorithm;
  if (key.algorithm == Algorithm::kHs256) {
    key.material = Bytes(object, "k");
    if (key.material.size() < kMinSecretBytes) {
      return Invalid(absl::StrCat(where, ".k must be base64url of at least ", kMinSecretBytes, " bytes"));
    }
    if (LooksLikePem(key.material)) return Invalid(absl::StrCat(where, ".k is a PEM key and no secret"));
    return parsed;
  }
  absl::StatusOr<std::string> pem = PublicPem(object, key.algorithm, where);
  ERR_clear_error();
  if (!pem.ok()) return pem.status();
  key.material = *std::move(pem);
  return parsed;
}

}  // namespace flowmesh::door
