#include "server/door/token_verifier.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <jwt.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/error.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

struct FreeJwt {
  void operator()(jwt_t* jwt) const { jwt_free(jwt); }
};
using Jwt = std::unique_ptr<jwt_t, FreeJwt>;

struct FreeString {
  void operator()(char* text) const { std::free(text); }
};

absl::Status Invalid(std::string message) {
  return base::Error(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID", "the bearer token " + std::move(message));
}

absl::Status Expired() {
  return base::Error(absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED",
                     "the bearer token has expired; get a new one and repeat the call");
}

absl::Status UnknownKey(const std::string& kid) {
  if (kid.empty()) return Invalid("names no key (kid), and this server has several");
  constexpr std::size_t kShown = 64;
  return Invalid(absl::StrCat("names the key (kid) \"", absl::CEscape(kid.substr(0, kShown)),
                              "\" that this server does not know; get a token that is signed with a current key"));
}

// Three non-empty parts of base64url: then there is one reading of the token, and no NUL that would cut it short in C.
bool HasShapeOfJwt(const std::string& token) {
  if (token.size() > kMaxTokenBytes || std::count(token.begin(), token.end(), '.') != 2) return false;
  if (token.front() == '.' || token.back() == '.' || token.find("..") != std::string::npos) return false;
  return std::all_of(token.begin(), token.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
  });
}

Jwt Decode(const std::string& token, const std::string* key) {
  jwt_t* jwt = nullptr;
  const auto* bytes = key ? reinterpret_cast<const unsigned char*>(key->data()) : nullptr;
  const int size = key ? static_cast<int>(key->size()) : 0;
  return Jwt(jwt_decode(&jwt, token.c_str(), bytes, size) == 0 ? jwt : nullptr);
}

bool SignatureFits(const std::string& token, const Key& key) {
  if (key.algorithm != Algorithm::kHs256) return Decode(token, &key.material) != nullptr;
  // Not every release of libjwt compares the MAC in constant time.
  const std::size_t dot = token.rfind('.');
  const std::string mac = base::HmacSha256(key.material, token.substr(0, dot));
  return base::ConstantTimeEqual(absl::WebSafeBase64Escape(mac), token.substr(dot + 1));
}

absl::StatusOr<std::optional<absl::Time>> ReadTime(const Struct& claims, const char* name) {
  const auto found = claims.fields().find(name);
  if (found == claims.fields().end()) return std::nullopt;
  constexpr double kLatest = 253'402'300'799;  // the end of the year 9999
  const double seconds = found->second.number_value();
  if (found->second.kind_case() != Value::kNumberValue || !(seconds >= 0 && seconds <= kLatest)) {
    return Invalid(std::string("has a claim ") + name + " that is no time");
  }
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

void ReadRole(const Value& role, Caller& caller) {
  caller.admin |= role.string_value() == "admin";
  caller.worker |= role.string_value() == "worker";
}

absl::Status ReadRoles(const Struct& claims, Caller& caller) {
  const auto found = claims.fields().find("roles");
  if (found == claims.fields().end()) return absl::OkStatus();
  switch (found->second.kind_case()) {
    case Value::kStringValue:
      ReadRole(found->second, caller);
      return absl::OkStatus();
    case Value::kListValue:
      for (const Value& role : found->second.list_value().values()) ReadRole(role, caller);
      return absl::OkStatus();
    default:
      return Invalid("has a claim roles that is neither a string nor a list of strings");
  }
}

absl::StatusOr<Struct> ReadClaims(jwt_t* jwt) {
  const std::unique_ptr<char, FreeString> json(jwt_get_grants_json(jwt, nullptr));
  Struct claims;
  if (json == nullptr || !google::protobuf::util::JsonStringToMessage(json.get(), &claims).ok()) {
    return Invalid("has claims that cannot be read");
  }
  return claims;
}

}  // namespace

TokenVerifier::TokenVerifier(KeySet keys, base::Clock* clock, const Options& options)
    : clock_(clock),
      options_(options),
      keys_(std::make_shared<const KeySet>(std::move(keys))),
      verified_(options.remembered) {}

absl::StatusOr<Caller> TokenVerifier::Verify(const std::string& token) {
  if (!HasShapeOfJwt(token)) return Invalid("is no signed JWT of at most 8192 bytes");
  const std::string digest = base::Sha256(token);
  const absl::Time now = clock_->Now();
  std::shared_ptr<const KeySet> keys;
  {
    base::MutexLock lock(mutex_);
    keys = keys_;
    if (const Caller* known = verified_.Find(digest)) {
      if (now < known->expire_time) return *known;
      verified_.Erase(digest);
      return Expired();
    }
  }
  absl::StatusOr<Caller> caller = VerifyAnew(*keys, token, now);
  if (caller.ok()) {
    base::MutexLock lock(mutex_);
    // What keys that are gone have verified is not remembered.
    if (keys == keys_) verified_.Put(digest, *caller);
  }
  return caller;
}

bool TokenVerifier::SetKeys(KeySet keys) {
  base::MutexLock lock(mutex_);
  if (keys == *keys_) return false;
  keys_ = std::make_shared<const KeySet>(std::move(keys));
  verified_.Clear();
  return true;
}

std::shared_ptr<const KeySet> TokenVerifier::keys() const {
  base::MutexLock lock(mutex_);
  return keys_;
}

absl::StatusOr<Caller> TokenVerifier::VerifyAnew(const KeySet& keys, const std::string& token, absl::Time now) const {
  const Jwt jwt = Decode(token, nullptr);
  if (jwt == nullptr) return Invalid("is malformed");
  const char* kid = jwt_get_header(jwt.get(), "kid");
  const Key* key = keys.Find(kid == nullptr ? "" : kid);
  if (key == nullptr) return UnknownKey(kid == nullptr ? "" : kid);
  // Without a key the library reads the header, but keeps jwt_get_alg at none.
  const char* algorithm = jwt_get_header(jwt.get(), "alg");
  if (algorithm == nullptr || std::strcmp(algorithm, AlgorithmName(key->algorithm)) != 0) {
    return Invalid("is signed with another algorithm than its key is for");
  }
  // RFC 7515, section 4.1.11: what `crit` names must be understood.
  const std::unique_ptr<char, FreeString> critical(jwt_get_headers_json(jwt.get(), "crit"));
  if (critical != nullptr) return Invalid("needs an extension (crit) that this server does not have");
  if (!SignatureFits(token, *key)) return Invalid("has a signature that does not fit");

  const absl::StatusOr<Struct> claims = ReadClaims(jwt.get());
  if (!claims.ok()) return claims.status();
  Caller caller;
  const auto subject = claims->fields().find("sub");
  if (subject != claims->fields().end()) caller.owner = subject->second.string_value();
  if (caller.owner.empty() || caller.owner.size() > kMaxSubjectBytes) {
    return Invalid("must have a claim sub of 1 to 256 bytes");
  }
  if (absl::Status read = ReadRoles(*claims, caller); !read.ok()) return read;
  const auto expires = ReadTime(*claims, "exp");
  if (!expires.ok()) return expires.status();
  if (!expires->has_value()) return Invalid("must have a claim exp");
  caller.expire_time = **expires;
  if (now >= caller.expire_time) return Expired();
  for (const char* name : {"nbf", "iat"}) {
    const auto time = ReadTime(*claims, name);
    if (!time.ok()) return time.status();
    if (time->has_value() && **time > now + options_.leeway) {
      return Invalid(std::string("is not valid yet: its claim ") + name + " lies ahead");
    }
  }
  return caller;
}

}  // namespace flowmesh::door
