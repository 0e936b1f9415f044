#include "server/cli/error_text.h"

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/cli/display_text.h"

namespace flowmesh::cli {
namespace {

std::string Advice(absl::StatusCode code, const base::ErrorDetails& details) {
  if (details.retry_delay) return absl::StrCat("Try again in ", absl::FormatDuration(*details.retry_delay), ".");
  if (!details.violations.empty()) return "Correct the fields named above and call again.";
  switch (code) {
    case absl::StatusCode::kUnauthenticated:
      return "Give a valid token: --token-file FILE or FLOWMESH_TOKEN (`flowmesh token` makes one).";
    case absl::StatusCode::kPermissionDenied:
      return "Use a token that has the role for this.";
    case absl::StatusCode::kUnavailable:
      return "See that the server runs and that --server (or FLOWMESH_SERVER) names it, then try again.";
    case absl::StatusCode::kDeadlineExceeded:
      return "It may have taken effect: look with `flowmesh list`, repeat it with the same --key, or allow more with "
             "--deadline.";
    case absl::StatusCode::kResourceExhausted:
      return "Try again later.";
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return "The server's log says more.";
    default:
      return "";
  }
}

}  // namespace

std::string RenderError(const absl::Status& status) {
  const base::ErrorDetails details = base::GetErrorDetails(status).value_or(base::ErrorDetails());
  const std::string message = DisplayText(std::string(status.message()), Lines::kMany);
  std::string out =
      absl::StrCat("error: ", message.empty() ? "no message" : message, " (", absl::StatusCodeToString(status.code()));
  const bool says_more = !details.reason.empty() && details.reason != absl::StatusCodeToString(status.code());
  absl::StrAppend(&out, says_more ? ", " : "", says_more ? DisplayText(details.reason) : "", ")\n");
  for (const base::FieldViolation& violation : details.violations) {
    absl::StrAppend(&out, "  ", DisplayText(violation.field), ": ", DisplayText(violation.description), "\n");
  }
  const std::string advice = Advice(status.code(), details);
  if (!advice.empty()) absl::StrAppend(&out, advice, "\n");
  return out;
}

}  // namespace flowmesh::cli
