#include "gateway/http/browser_policy.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/transcode/http_error.h"
#include "server/base/loopback.h"

namespace flowmesh::gateway {
namespace {

constexpr char kExposed[] =
    "ETag, Location, Retry-After, X-Request-Id, X-Workflow-Id, Idempotency-Replayed, Content-Disposition";
constexpr char kPreflightSeconds[] = "600";

std::set<std::string> LowerCase(const std::vector<std::string>& origins) {
  std::set<std::string> lower;
  for (const std::string& origin : origins) lower.insert(absl::AsciiStrToLower(origin));
  return lower;
}

}  // namespace

BrowserPolicy::BrowserPolicy(const std::vector<std::string>& allowed_origins, bool developer)
    : allowed_(LowerCase(allowed_origins)), developer_(developer) {}

absl::Status BrowserPolicy::Check(const RequestHead& head) const {
  if (developer_ && !head.host.empty() && !base::IsLoopback(head.host)) {
    return transcode::HttpError(403, absl::StatusCode::kPermissionDenied, "HOST_FOREIGN",
                                "in developer mode only localhost is answered");
  }
  const auto origin = head.Find("origin");
  const bool matters = developer_ || head.WantsWebSocket();
  if (origin.has_value() && matters && !IsAllowed(head, *origin)) {
    return transcode::HttpError(403, absl::StatusCode::kPermissionDenied, "ORIGIN_FOREIGN",
                                "this page's origin is not on the list of allowed origins");
  }
  return absl::OkStatus();
}

bool BrowserPolicy::IsPreflight(const RequestHead& head) {
  return head.method == "OPTIONS" && head.Find("origin").has_value() &&
         head.Find("access-control-request-method").has_value();
}

HeaderList BrowserPolicy::ResponseHeaders(const RequestHead& head) const {
  if (allowed_.empty()) return {};
  HeaderList headers = {{"Vary", "Origin"}};
  const auto origin = head.Find("origin");
  if (!origin.has_value() || !IsAllowed(head, *origin)) return headers;
  headers.emplace_back("Access-Control-Allow-Origin", std::string(*origin));
  headers.emplace_back("Access-Control-Expose-Headers", kExposed);
  return headers;
}

HeaderList BrowserPolicy::PreflightHeaders(const RequestHead& head, const std::string& allow) const {
  HeaderList headers = {{"Allow", allow}, {"Vary", "Origin, Access-Control-Request-Headers"}};
  const auto origin = head.Find("origin");
  if (!origin.has_value() || !IsAllowed(head, *origin)) return headers;
  headers.emplace_back("Access-Control-Allow-Origin", std::string(*origin));
  headers.emplace_back("Access-Control-Allow-Methods", allow);
  headers.emplace_back("Access-Control-Max-Age", kPreflightSeconds);
  // Tokens travel in a header, never in cookies, so any header may be sent.
  const auto wanted = head.Joined("access-control-request-headers");
  if (wanted.has_value()) headers.emplace_back("Access-Control-Allow-Headers", *wanted);
  return headers;
}

bool BrowserPolicy::IsAllowed(const RequestHead& head, std::string_view origin) const {
  const std::string lower = absl::AsciiStrToLower(absl::string_view(origin.data(), origin.size()));
  const std::string host = absl::AsciiStrToLower(head.host);
  if (!host.empty() && (lower == absl::StrCat("http://", host) || lower == absl::StrCat("https://", host))) return true;
  return allowed_.count(lower) > 0;
}

}  // namespace flowmesh::gateway
