#include "gateway/http/token_claims.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gateway/transcode/base64.h"
#include "gateway/transcode/json_reader.h"

namespace flowmesh::gateway {
namespace {

using transcode::JsonDocument;
using transcode::JsonKind;

constexpr char kTicketType[] = "flowmesh-ticket+jwt";
constexpr absl::string_view kBearer = "Bearer ";

std::optional<JsonDocument> Decode(absl::string_view part) {
  std::string text;
  if (!transcode::DecodeBase64(std::string_view(part.data(), part.size()), &text)) return std::nullopt;
  absl::StatusOr<JsonDocument> document = transcode::ParseJson(text);
  if (!document.ok()) return std::nullopt;
  return *std::move(document);
}

std::optional<std::string> Text(const JsonDocument& document, const char* name) {
  const auto member = document.root().Find(name);
  if (!member.has_value() || member->kind() != JsonKind::kString) return std::nullopt;
  return std::string(member->text());
}

absl::Time Time(const JsonDocument& document, const char* name) {
  const auto member = document.root().Find(name);
  if (!member.has_value() || member->kind() != JsonKind::kNumber) return absl::InfiniteFuture();
  double seconds = 0;
  const std::string number(member->text());
  if (!absl::SimpleAtod(number, &seconds) || seconds < 0 || seconds > 1e11) return absl::InfiniteFuture();
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

}  // namespace

TokenClaims ReadTokenClaims(std::string_view token) {
  const std::vector<absl::string_view> parts = absl::StrSplit(absl::string_view(token.data(), token.size()), '.');
  if (parts.size() != 3) return {};
  const std::optional<JsonDocument> header = Decode(parts[0]);
  const std::optional<JsonDocument> claims = Decode(parts[1]);
  if (!header || !claims) return {};
  if (Text(*header, "typ") != kTicketType) return TokenClaims{.stream_end = Time(*claims, "exp")};
  return TokenClaims{.stream_end = Time(*claims, "until"), .ticket_path = Text(*claims, "path")};
}

std::string_view Authorization(const transcode::HeaderList& metadata) {
  for (const auto& [name, value] : metadata) {
    if (name == "authorization") return value;
  }
  return {};
}

std::string_view BearerToken(const transcode::HeaderList& metadata) {
  const std::string_view value = Authorization(metadata);
  const absl::string_view text(value.data(), value.size());
  if (!absl::StartsWithIgnoreCase(text, kBearer)) return {};
  const absl::string_view token = absl::StripAsciiWhitespace(text.substr(kBearer.size()));
  return {token.data(), token.size()};
}

}  // namespace flowmesh::gateway
