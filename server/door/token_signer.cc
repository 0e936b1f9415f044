#include "server/door/token_signer.h"

#include <jwt.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/error.h"
#include "server/door/time_conversion.h"
#include "server/door/token_verifier.h"

namespace flowmesh::door {

absl::StatusOr<TokenSigner> TokenSigner::Create(const KeySet& keys, base::Clock* clock, const std::string& kid) {
  const Key* key = kid.empty() ? keys.SigningKey() : keys.Find(kid);
  if (!kid.empty() && (key == nullptr || key->algorithm != Algorithm::kHs256)) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "NO_SIGNING_KEY",
                       absl::StrCat("the key set has ", key == nullptr ? "no key" : "only a public key",
                                    " of the kid \"", kid, "\"; tokens are signed with an HS256 key"));
  }
  if (key == nullptr) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "NO_SIGNING_KEY",
                       "the key set has no HS256 key; tokens of other algorithms are signed by their issuer");
  }
  return TokenSigner(*key, clock);
}

absl::StatusOr<std::string> TokenSigner::Sign(const std::string& subject, const std::set<std::string>& roles,
                                              absl::Duration ttl) const {
  base::FieldViolations violations;
  if (subject.empty() || subject.size() > kMaxSubjectBytes) violations.Add("subject", "must have 1 to 256 bytes");
  for (const std::string& role : roles) {
    if (role != "admin" && role != "worker") violations.Add("role", "must be admin or worker");
  }
  if (ttl < absl::Seconds(1) || ttl > kTenYears) violations.Add("ttl", "must be from 1s to 10 years");
  if (!violations.empty()) return violations.ToStatus();

  jwt_t* raw = nullptr;
  if (jwt_new(&raw) != 0) return absl::InternalError("jwt_new failed");
  const std::unique_ptr<jwt_t, decltype(&jwt_free)> jwt(raw, &jwt_free);
  const absl::Time now = clock_->Now();
  if (jwt_add_grant(raw, "sub", subject.c_str()) != 0) {
    violations.Add("subject", "must be UTF-8");
    return violations.ToStatus();
  }
  const std::string list = absl::StrJoin(
      roles, ",", [](std::string* out, const std::string& role) { absl::StrAppend(out, "\"", role, "\""); });
  const auto* secret = reinterpret_cast<const unsigned char*>(key_.material.data());
  const bool made =
      (roles.empty() || jwt_add_grants_json(raw, absl::StrCat("{\"roles\":[", list, "]}").c_str()) == 0) &&
      jwt_add_grant_int(raw, "iat", absl::ToUnixSeconds(now)) == 0 &&
      jwt_add_grant_int(raw, "exp", absl::ToUnixSeconds(now + ttl)) == 0 &&
      jwt_set_alg(raw, JWT_ALG_HS256, secret, static_cast<int>(key_.material.size())) == 0 &&
      (key_.kid.empty() || jwt_add_header(raw, "kid", key_.kid.c_str()) == 0);
  const std::unique_ptr<char, decltype(&std::free)> token(made ? jwt_encode_str(raw) : nullptr, &std::free);
  if (token == nullptr) return absl::InternalError("libjwt cannot make the token");
  return std::string(token.get());
}

}  // namespace flowmesh::door
