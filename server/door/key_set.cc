#include "server/door/key_set.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/base/secret_file.h"
#include "server/door/jwk.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Struct;

constexpr std::size_t kMaxKeys = 100;

absl::Status Invalid(std::string message) {
  return base::Error(absl::StatusCode::kInvalidArgument, "KEYS_INVALID", std::move(message));
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
  const auto& values = list->second.list_value().values();
  for (int i = 0; i < values.size(); ++i) {
    const std::string where = absl::StrCat("keys[", i, "]");
    absl::StatusOr<std::optional<Key>> key = ParseJwk(values[i].struct_value(), where);
    if (!key.ok()) return Invalid(std::string(key.status().message()));
    if (!key->has_value()) continue;
    if (!kids.insert((*key)->kid).second) return Invalid(absl::StrCat(where, ".kid is there twice"));
    keys.push_back(**std::move(key));
  }
  if (keys.empty()) return Invalid("no key of the set is for verifying tokens: it needs HS256, RS256 or ES256");
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
  // Everybody may know a public key; as a secret it would let everybody sign.
  if (LooksLikePem(trimmed)) {
    return Invalid(
        "a PEM key is no secret: put a public key into a key set, "
        "{\"keys\": [{\"kty\": \"RSA\", \"kid\": \"a\", \"pem\": \"...\"}]}");
  }
  if (trimmed.size() < kMinSecretBytes) {
    return Invalid(
        absl::StrCat("the secret must have at least ", kMinSecretBytes, " bytes; `openssl rand -hex 32` makes one"));
  }
  return KeySet({Key{"", Algorithm::kHs256, trimmed}});
}

absl::StatusOr<KeySet> KeySet::FromFile(const std::string& path) {
  const absl::StatusOr<std::string> text = base::ReadSecretFile(path);
  if (!text.ok()) return base::Error(text.status().code(), "KEYS_UNREADABLE", std::string(text.status().message()));
  absl::StatusOr<KeySet> keys = Parse(*text);
  if (!keys.ok()) return Invalid(absl::StrCat("in ", path, ": ", keys.status().message()));
  return keys;
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
