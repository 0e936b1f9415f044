#include "gateway/http/token_expiry.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gateway/transcode/base64.h"
#include "gateway/transcode/json_reader.h"

namespace flowmesh::gateway {
namespace {

constexpr absl::string_view kBearer = "Bearer ";

absl::Time ExpiryOf(absl::string_view token) {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  std::string claims;
  if (parts.size() != 3 || !transcode::DecodeBase64(parts[1], &claims)) return absl::InfiniteFuture();
  const auto document = transcode::ParseJson(claims);
  if (!document.ok()) return absl::InfiniteFuture();
  const auto exp = document->root().Find("exp");
  if (!exp.has_value() || exp->kind() != transcode::JsonKind::kNumber) return absl::InfiniteFuture();
  double seconds = 0;
  const std::string number(exp->text());
  if (!absl::SimpleAtod(number, &seconds) || seconds < 0 || seconds > 1e11) return absl::InfiniteFuture();
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

}  // namespace

absl::Time TokenExpiry(const transcode::HeaderList& metadata) {
  for (const auto& [name, value] : metadata) {
    if (name == "authorization" && absl::StartsWithIgnoreCase(value, kBearer)) {
      return ExpiryOf(absl::string_view(value).substr(kBearer.size()));
    }
  }
  return absl::InfiniteFuture();
}

}  // namespace flowmesh::gateway
