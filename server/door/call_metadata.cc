#include "server/door/call_metadata.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/error.h"
#include "server/base/trace_context.h"

namespace flowmesh::door {
namespace {

constexpr std::size_t kMaxText = 256;
constexpr std::int64_t kMaxWaitSeconds = 86'400;
constexpr char kWorkflowId[] = "x-workflow-id";
constexpr char kRequestId[] = "x-request-id";

std::vector<std::string> Values(const Metadata& metadata, const char* name) {
  std::vector<std::string> values;
  const auto [first, last] = metadata.equal_range(name);
  for (auto entry = first; entry != last; ++entry) values.emplace_back(entry->second.data(), entry->second.size());
  return values;
}

void CheckText(const std::string& name, const std::string& text, base::FieldViolations& violations) {
  if (text.size() > kMaxText) {
    violations.Add(name, absl::StrCat("must have at most ", kMaxText, " characters, has ", text.size()));
  } else if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; })) {
    violations.Add(name, "must be visible ASCII characters without spaces");
  }
}

std::string ReadText(const Metadata& metadata, const char* name, base::FieldViolations& violations) {
  const std::vector<std::string> values = Values(metadata, name);
  if (values.empty()) return "";
  if (values.size() > 1) violations.Add(name, "must be sent once");
  CheckText(name, values.front(), violations);
  return values.front();
}

// RFC 7240: a comma-separated list of preferences; unknown ones are ignored.
std::optional<absl::Duration> ReadWait(const Metadata& metadata, base::FieldViolations& violations) {
  for (const std::string& value : Values(metadata, "prefer")) {
    for (absl::string_view preference : absl::StrSplit(value, absl::ByAnyChar(",;"))) {
      const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(preference, absl::MaxSplits('=', 1));
      if (!absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(parts.first), "wait")) continue;
      std::int64_t seconds = 0;
      if (absl::SimpleAtoi(parts.second, &seconds) && seconds >= 0 && seconds <= kMaxWaitSeconds) {
        return absl::Seconds(seconds);
      }
      violations.Add("prefer", absl::StrCat("must name whole seconds up to ", kMaxWaitSeconds, ", as in wait=10"));
    }
  }
  return std::nullopt;
}

std::optional<base::TraceContext> ReadTrace(const Metadata& metadata) {
  const std::vector<std::string> values = Values(metadata, "traceparent");
  return values.size() == 1 ? base::TraceContext::Parse(values.front()) : std::nullopt;
}

}  // namespace

std::map<std::string, std::string> CallMetadata::Labels() const {
  std::map<std::string, std::string> labels;
  if (!workflow_id.empty()) labels[kWorkflowId] = workflow_id;
  if (!request_id.empty()) labels[kRequestId] = request_id;
  return labels;
}

absl::StatusOr<CallMetadata> ReadCallMetadata(const Metadata& metadata, const std::string& request_key) {
  base::FieldViolations violations;
  CallMetadata read;
  CheckText("idempotency_key", request_key, violations);
  const std::string keys[] = {request_key, ReadText(metadata, "x-idempotency-key", violations),
                              ReadText(metadata, "idempotency-key", violations)};
  read.wait = ReadWait(metadata, violations);
  read.workflow_id = ReadText(metadata, kWorkflowId, violations);
  read.request_id = ReadText(metadata, kRequestId, violations);
  read.trace = ReadTrace(metadata);
  if (!violations.empty()) return violations.ToStatus();
  for (const std::string& key : keys) {
    if (key.empty() || key == read.idempotency_key) continue;
    if (!read.idempotency_key.empty()) {
      return base::Error(absl::StatusCode::kInvalidArgument, "IDEMPOTENCY_KEY_CONFLICT",
                         "the request and its headers name different idempotency keys; send one");
    }
    read.idempotency_key = key;
  }
  return read;
}

void EchoMetadata(const CallMetadata& metadata, grpc::ServerContextBase& context) {
  for (const auto& [name, value] : metadata.Labels()) context.AddInitialMetadata(name, value);
}

}  // namespace flowmesh::door
