#include "server/door/key_set.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Struct;

constexpr std::size_t kMinSecretBytes = 32;  // RFC 7518, section 3.2
constexpr std::size_t kMaxKeys = 100;

absl::Status Invalid(std::string message) {
  return base::Error(absl::StatusCode::kInvalidArgument, "KEYS_INVALID", std::move(message));
}

std::string Member(const Struct& object, const char* name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? std::string() : found->second.string_value();
}

bool IsPublicKey(const std::string& pem, int type) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                      &BIO_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  return key != nullptr && EVP_PKEY_base_id(key.get()) == type;
}

std::optional<Algorithm> AlgorithmOf(const std::string& kty, const std::string& alg) {
  for (const auto& [type, algorithm] :
       {std::pair("oct", Algorithm::kHs256), std::pair("RSA", Algorithm::kRs256), std::pair("EC", Algorithm::kEs256)}) {
    if (kty == type && (alg.empty() || alg == AlgorithmName(algorithm))) return algorithm;
  }
  return std::nullopt;
}

absl::StatusOr<Key> ParseKey(const Struct& object, const std::string& where) {
  Key key;
  key.kid = Member(object, "kid");
  const std::optional<Algorithm> algorithm = AlgorithmOf(Member(object, "kty"), Member(object, "alg"));
  if (!algorithm) {
    return Invalid(absl::StrCat(where, " must have kty and alg oct/HS256, RSA/RS256 or EC/ES256"));
  }
  key.algorithm = *algorithm;
  if (key.algorithm == Algorithm::kHs256) {
    if (!absl::WebSafeBase64Unescape(Member(object, "k"), &key.material) || key.material.size() < kMinSecretBytes) {
      return Invalid(absl::StrCat(where, ".k must be base64url of at least ", kMinSecretBytes, " bytes"));
    }
    return key;
  }
  key.material = Member(object, "pem");
  if (!IsPublicKey(key.material, key.algorithm == Algorithm::kRs256 ? EVP_PKEY_RSA : EVP_PKEY_EC)) {
    return Invalid(absl::StrCat(where, ".pem must be a public key of that type (BEGIN PUBLIC KEY)"));
  }
  return key;
}

absl::StatusOr<std::vector<Key>> ParseJwkSet(const std::string& text) {
  Struct set;
  if (!google::protobuf::util::JsonStringToMessage(text, &set).ok()) return Invalid("the key set is no JSON object");
  const auto list = set.fields().find("keys");
  if (list == set.fields().end() || list->second.list_value().values().empty()) {
    return Invalid("the key set must have a non-empty list `keys`");
  }
  if (static_cast<std::size_t>(list->second.list_value().values_size()) > kMaxKeys) {
    return Invalid(absl::StrCat("the key set must have at most ", kMaxKeys, " keys"));
  }
  std::vector<Key> keys;
  std::set<std::string> kids;
  for (const auto& value : list->second.list_value().values()) {
    const std::string where = absl::StrCat("keys[", keys.size(), "]");
    absl::StatusOr<Key> key = ParseKey(value.struct_value(), where);
    if (!key.ok()) return key.status();
    if (!kids.insert(key->kid).second) return Invalid(absl::StrCat(where, ".kid is there twice"));
    keys.push_back(*std::move(key));
  }
  return keys;
}

}  // namespace

const char* AlgorithmName(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256:
      return "HS256";
    case Algorithm::kRs256:
      return "RS256";
    case Algorithm::kEs256:
      return "ES256";
  }
  return "";
}

absl::StatusOr<KeySet> KeySet::Parse(const std::string& text) {
  const std::string trimmed(absl::StripAsciiWhitespace(text));
  if (!trimmed.empty() && trimmed.front() == '{') {
    absl::StatusOr<std::vector<Key>> keys = ParseJwkSet(trimmed);
    if (!keys.ok()) return keys.status();
    return KeySet(*std::move(keys));
  }
  if (trimmed.size() < kMinSecretBytes) {
    return Invalid(
        absl::StrCat("the secret must have at least ", kMinSecretBytes, " bytes; `openssl rand -hex 32` makes one"));
  }
  return KeySet({Key{"", Algorithm::kHs256, trimmed}});
}

absl::StatusOr<KeySet> KeySet::FromFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file) {
    return base::Error(absl::StatusCode::kNotFound, "KEYS_UNREADABLE", absl::StrCat("cannot read the key file ", path));
  }
  return Parse(text);
}

const Key* KeySet::Find(const std::string& kid) const {
  if (kid.empty() && keys_.size() == 1) return &keys_.front();
  for (const Key& key : keys_) {
    if (key.kid == kid) return &key;
  }
  return nullptr;
}

const Key* KeySet::SigningKey() const {
  for (const Key& key : keys_) {
    if (key.algorithm == Algorithm::kHs256) return &key;
  }
  return nullptr;
}

}  // namespace flowmesh::door
