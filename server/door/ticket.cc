#include "server/door/ticket.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/key_set.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Struct;

constexpr char kKeyLabel[] = "flowmesh ticket v1";
// How the header of every ticket begins. 27 bytes, so that their base64 says where they end.
constexpr char kHeaderStart[] = R"({"typ":"flowmesh-ticket+jwt)";
constexpr char kBearer[] = "bearer ";

absl::Status Invalid(const char* why) {
  return base::Error(absl::StatusCode::kUnauthenticated, "TICKET_INVALID",
                     absl::StrCat("the ticket ", why, "; get a new one with CreateTicket"));
}

std::string Signature(const Key& key, absl::string_view text) {
  const std::string ticket_key = base::HmacSha256(key.material, kKeyLabel);
  return absl::WebSafeBase64Escape(base::HmacSha256(ticket_key, text));
}

std::string ToJson(const Struct& object) {
  std::string json;
  const auto printed = google::protobuf::util::MessageToJsonString(object, &json);
  return printed.ok() ? json : "";
}

std::optional<Struct> Decode(absl::string_view part) {
  std::string json;
  Struct object;
  if (!absl::WebSafeBase64Unescape(part, &json)) return std::nullopt;
  if (!google::protobuf::util::JsonStringToMessage(json, &object).ok()) return std::nullopt;
  return object;
}

std::string Text(const Struct& object, const char* name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? std::string() : found->second.string_value();
}

absl::Time Time(const Struct& object, const char* name, absl::Time missing) {
  const auto found = object.fields().find(name);
  if (found == object.fields().end()) return missing;
  return absl::UnixEpoch() + absl::Seconds(found->second.number_value());
}

bool HasRole(const Struct& claims, const char* role) {
  const auto roles = claims.fields().find("roles");
  if (roles == claims.fields().end()) return false;
  const auto& values = roles->second.list_value().values();
  return std::any_of(values.begin(), values.end(), [role](const auto& value) { return value.string_value() == role; });
}

// The type comes first, which the JSON of a map cannot promise.
std::string Header(const Key& key) {
  Struct rest;
  (*rest.mutable_fields())["alg"].set_string_value(AlgorithmName(Algorithm::kHs256));
  if (!key.kid.empty()) (*rest.mutable_fields())["kid"].set_string_value(key.kid);
  return absl::StrCat(kHeaderStart, "\",", ToJson(rest).substr(1));
}

}  // namespace

bool IsTicket(absl::string_view token) {
  static const std::string& start = *new std::string(absl::WebSafeBase64Escape(kHeaderStart));
  return absl::StartsWith(token, start);
}

std::optional<std::string> TicketIn(const Metadata& metadata) {
  const auto [first, last] = metadata.equal_range("authorization");
  if (first == last || std::next(first) != last) return std::nullopt;
  absl::string_view value(first->second.data(), first->second.size());
  if (!absl::StartsWithIgnoreCase(value, kBearer)) return std::nullopt;
  value.remove_prefix(sizeof(kBearer) - 1);
  value = absl::StripAsciiWhitespace(value);
  if (!IsTicket(value)) return std::nullopt;
  return std::string(value);
}

absl::Status TicketNotAccepted() {
  return base::Error(absl::StatusCode::kUnauthenticated, "TICKET_NOT_ACCEPTED",
                     "a ticket opens the one stream that it was bought for; send the bearer token itself here");
}

absl::StatusOr<SoldTicket> TicketOffice::Sell(const Caller& buyer, const std::string& path) const {
  return Make(buyer, path, std::min(clock_->Now() + kTicketLife, buyer.expire_time), buyer.expire_time);
}

absl::StatusOr<SoldTicket> TicketOffice::Sign(const Caller& signer, const std::string& path,
                                              absl::Duration life) const {
  return Make(signer, path, clock_->Now() + life, absl::InfiniteFuture());
}

absl::StatusOr<SoldTicket> TicketOffice::Make(const Caller& buyer, const std::string& path, absl::Time good_until,
                                              absl::Time until) const {
  const std::shared_ptr<const KeySet> keys = verifier_->keys();
  const Key* key = keys->SigningKey();
  if (key == nullptr) {
    return base::Error(absl::StatusCode::kFailedPrecondition, "TICKETS_NEED_A_SYMMETRIC_KEY",
                       "this server has no key to sign tickets with: add one to its key set, "
                       R"({"kty": "oct", "alg": "HS256", "kid": "<name>", "k": "<32 random bytes as base64url>"})");
  }
  const absl::Time expire_time = absl::FromUnixSeconds(absl::ToUnixSeconds(good_until));
  Struct claims;
  auto& fields = *claims.mutable_fields();
  fields["sub"].set_string_value(buyer.owner);
  if (buyer.admin) fields["roles"].mutable_list_value()->add_values()->set_string_value("admin");
  fields["path"].set_string_value(path);
  fields["exp"].set_number_value(static_cast<double>(absl::ToUnixSeconds(expire_time)));
  if (until != absl::InfiniteFuture()) {
    fields["until"].set_number_value(static_cast<double>(absl::ToUnixSeconds(until)));
  }
  const std::string text =
      absl::StrCat(absl::WebSafeBase64Escape(Header(*key)), ".", absl::WebSafeBase64Escape(ToJson(claims)));
  return SoldTicket{.token = absl::StrCat(text, ".", Signature(*key, text)), .expire_time = expire_time};
}

absl::StatusOr<Ticket> TicketOffice::Verify(const std::string& token) const {
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (!IsTicket(token) || token.size() > kMaxTokenBytes || parts.size() != 3) return Invalid("is malformed");
  const std::optional<Struct> header = Decode(parts[0]);
  if (!header) return Invalid("is malformed");
  const std::shared_ptr<const KeySet> keys = verifier_->keys();
  const Key* key = keys->Find(Text(*header, "kid"));
  if (key == nullptr || key->algorithm != Algorithm::kHs256) {
    return Invalid("is signed with a key that this server does not know");
  }
  const absl::string_view text = absl::string_view(token).substr(0, token.rfind('.'));
  if (!base::ConstantTimeEqual(Signature(*key, text), parts[2])) return Invalid("has a signature that does not fit");

  const std::optional<Struct> claims = Decode(parts[1]);
  if (!claims) return Invalid("cannot be read");
  if (clock_->Now() >= Time(*claims, "exp", absl::InfinitePast())) {
    return base::Error(absl::StatusCode::kUnauthenticated, "TICKET_EXPIRED",
                       "the ticket has expired; get a new one with CreateTicket for every connection");
  }
  return Ticket{.caller = Caller{.owner = Text(*claims, "sub"),
                                 .admin = HasRole(*claims, "admin"),
                                 .expire_time = Time(*claims, "until", absl::InfiniteFuture())},
                .path = Text(*claims, "path")};
}

}  // namespace flowmesh::door
