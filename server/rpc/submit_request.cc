#include "server/rpc/submit_request.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/error.h"
#include "server/door/application_key.h"
#include "server/door/call_origin.h"
#include "server/door/field_rules.h"
#include "server/door/request_digest.h"
#include "server/door/time_conversion.h"

namespace flowmesh::rpc {
namespace {

constexpr size_t kMaxLabelBytes = 256;
constexpr int kDefaultPriority = 5;
constexpr absl::Duration kMaxKeyLife = absl::Hours(24 * 30);

std::string FullName(const std::string& type_url) { return type_url.substr(type_url.rfind('/') + 1); }

absl::Status ReadLabels(const v1::CreateExecutionRequest& request, const door::CallMetadata& metadata,
                        std::map<std::string, std::string>* labels) {
  labels->insert(request.labels().begin(), request.labels().end());
  for (const auto& [name, value] : metadata.Labels()) labels->emplace(name, value);
  base::FieldViolations violations;
  for (const auto& [name, value] : *labels) {
    if (name.empty() || name.size() > kMaxLabelBytes || value.size() > kMaxLabelBytes) {
      violations.Add(
          absl::StrCat("labels[\"", name.substr(0, kMaxLabelBytes), "\"]"),
          absl::StrCat("a label has a name of 1 to ", kMaxLabelBytes, " bytes and a value of up to ", kMaxLabelBytes));
    }
  }
  if (labels->size() > door::kMaxLabels)
    violations.Add("labels", absl::StrCat("an execution has at most ", door::kMaxLabels, " labels"));
  return violations.ToStatus();
}

absl::StatusOr<store::ConcurrencyPolicy> ReadConcurrency(const v1::CreateExecutionRequest& request) {
  base::FieldViolations violations;
  const v1::ConcurrencyPolicy policy = request.concurrency_policy();
  if (!v1::ConcurrencyPolicy_IsValid(policy)) {
    violations.Add("concurrency_policy", "a policy is REJECT, QUEUE or JOIN");
  } else if (request.concurrency_key().empty() && policy > v1::REJECT) {
    violations.Add("concurrency_policy", "it says what to do when concurrency_key is held: set concurrency_key too");
  }
  if (door::IsApplicationKey(request.concurrency_key())) {
    violations.Add("concurrency_key", "keys that begin with 'flowmesh.' are the mesh's own: choose another one");
  }
  if (!violations.empty()) return violations.ToStatus();
  return policy == v1::CONCURRENCY_POLICY_UNSPECIFIED ? store::ConcurrencyPolicy::kReject
                                                      : static_cast<store::ConcurrencyPolicy>(policy);
}

static_assert(static_cast<int>(store::ConcurrencyPolicy::kReject) == v1::REJECT);
static_assert(static_cast<int>(store::ConcurrencyPolicy::kQueue) == v1::QUEUE);
static_assert(static_cast<int>(store::ConcurrencyPolicy::kJoin) == v1::JOIN);

}  // namespace

absl::StatusOr<engine::SubmitCommand> SubmitRequestReader::Read(const v1::CreateExecutionRequest& request,
                                                                const door::Caller& caller,
                                                                const door::CallMetadata& metadata,
                                                                const std::string& method) const {
  if (absl::Status status = door::ValidateRequest(request); !status.ok()) return status;
  auto policy = ReadConcurrency(request);
  if (!policy.ok()) return policy.status();
  auto input = catalog_->CheckInput(request.flow(), request.input());
  if (!input.ok()) return input.status();

  engine::SubmitCommand command;
  store::ExecutionRow& row = command.row;
  if (absl::Status status = ReadLabels(request, metadata, &row.labels); !status.ok()) return status;
  if (request.has_timeout()) {
    auto timeout = door::FromProtoWithin(request.timeout(), absl::Microseconds(1), door::kTenYears, "timeout");
    if (!timeout.ok()) return timeout.status();
    row.timeout = *timeout;
  }
  if (!metadata.idempotency_key.empty()) {
    if (request.has_idempotency_ttl()) {
      auto life = door::FromProtoWithin(request.idempotency_ttl(), absl::Seconds(1), kMaxKeyLife, "idempotency_ttl");
      if (!life.ok()) return life.status();
      command.key_life = *life;
    }
    command.key = store::IdempotencyRow{.owner = caller.owner,
                                        .method = method,
                                        .key = metadata.idempotency_key,
                                        .digest = door::RequestDigest(request.flow(), *input)};
  }
  row.id = ids_->Make(caller.owner);
  row.owner = caller.owner;
  row.flow = request.flow();
  door::SetOrigin(metadata, &row);
  row.concurrency_key = request.concurrency_key();
  row.concurrency_policy = *policy;
  row.root.priority = request.has_priority() ? request.priority() : kDefaultPriority;
  row.root.input = {.type = FullName(input->type_url), .bytes = std::move(input->bytes)};
  command.start = request.start();
  return command;
}

}  // namespace flowmesh::rpc
