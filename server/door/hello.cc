#include "server/door/hello.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/door/time_conversion.h"

namespace flowmesh::door {
namespace {

constexpr absl::Duration kMinRetryDelay = absl::Milliseconds(1);
constexpr absl::Duration kMaxRetryDelay = absl::Hours(24 * 7);
constexpr int kMaxFailures = 100;
constexpr double kMaxMultiplier = 100;
constexpr std::size_t kMaxWorkerNameBytes = 256;

bool IsName(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameBytes && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '.' || c == '_' || c == '-';
  });
}

void ReadDuration(const google::protobuf::Duration& duration, absl::Duration least, absl::Duration most,
                  const std::string& field, absl::Duration& out, base::FieldViolations& violations) {
  const absl::StatusOr<absl::Duration> read = FromProtoWithin(duration, least, most, field);
  if (read.ok()) {
    out = *read;
  } else {
    violations.Add(base::GetViolations(read.status()));
  }
}

void ReadRetry(const v1::RetryPolicy& retry, const std::string& where, ContractRecord& record,
               base::FieldViolations& violations) {
  if (retry.max_failures() < 0 || retry.max_failures() > kMaxFailures) {
    violations.Add(where + ".max_failures", absl::StrCat("must be from 0 (the default, 3) to ", kMaxFailures));
  } else if (retry.max_failures() != 0) {
    record.max_failures = retry.max_failures();
  }
  if (retry.multiplier() != 0) {
    if (!(retry.multiplier() >= 1 && retry.multiplier() <= kMaxMultiplier)) {
      violations.Add(where + ".multiplier", absl::StrCat("must be 0 (the default, 2) or from 1 to ", kMaxMultiplier));
    }
    record.retry_multiplier = retry.multiplier();
  }
  if (retry.has_initial()) {
    ReadDuration(retry.initial(), kMinRetryDelay, kMaxRetryDelay, where + ".initial", record.retry_initial, violations);
  }
  if (retry.has_cap()) {
    ReadDuration(retry.cap(), kMinRetryDelay, kMaxRetryDelay, where + ".cap", record.retry_cap, violations);
  }
}

ContractRecord ReadTaskType(const v1::TaskType& type, const std::string& where, base::FieldViolations& violations) {
  ContractRecord record;
  record.name = type.name();
  if (!IsName(type.name())) {
    violations.Add(where + ".name", absl::StrCat("must be 1 to ", kMaxNameBytes, " of a-z, 0-9, '-', '_', '.'"));
  }
  if (type.kind() < v1::TaskType::KIND_UNSPECIFIED || type.kind() > v1::TaskType::FLOW) {
    violations.Add(where + ".kind", "must be FUNCTION or FLOW");
  }
  record.is_flow_kind = type.kind() == v1::TaskType::FLOW;
  record.creatable = type.flow();
  record.input_type = type.input_type();
  record.output_type = type.output_type();
  if (type.code_version() < 0) violations.Add(where + ".code_version", "must not be negative");
  record.code_version = std::max(type.code_version(), 1);
  ReadRetry(type.retry(), where + ".retry", record, violations);
  if (type.has_attempt_timeout()) {
    ReadDuration(type.attempt_timeout(), absl::Milliseconds(1), kTenYears, where + ".attempt_timeout",
                 record.attempt_timeout, violations);
  }
  return record;
}

void CheckCapacity(int capacity, const std::string& field, base::FieldViolations& violations) {
  if (capacity < 0 || capacity > kMaxCapacity) {
    violations.Add(field, absl::StrCat("must be from 0 to ", kMaxCapacity, ", is ", capacity));
  }
}

}  // namespace

absl::StatusOr<std::vector<ContractRecord>> ReadHello(const v1::Hello& hello) {
  base::FieldViolations violations;
  if (hello.worker().size() > kMaxWorkerNameBytes) {
    violations.Add("hello.worker", absl::StrCat("must have at most ", kMaxWorkerNameBytes, " bytes"));
  }
  if (hello.worker_id().empty() || hello.worker_id().size() > kMaxWorkerNameBytes) {
    violations.Add("hello.worker_id", absl::StrCat("must have 1 to ", kMaxWorkerNameBytes, " bytes"));
  }
  CheckCapacity(hello.capacity().slots(), "hello.capacity.slots", violations);
  CheckCapacity(hello.capacity().flows(), "hello.capacity.flows", violations);
  if (hello.types().empty() || hello.types_size() > kMaxTaskTypes) {
    violations.Add("hello.types",
                   absl::StrCat("must have 1 to ", kMaxTaskTypes, " elements, has ", hello.types_size()));
    return violations.ToStatus();
  }
  std::vector<ContractRecord> records;
  std::set<std::string> names;
  for (const v1::TaskType& type : hello.types()) {
    const std::string where = absl::StrCat("hello.types[", records.size(), "]");
    if (!names.insert(type.name()).second) violations.Add(where + ".name", "is there twice");
    records.push_back(ReadTaskType(type, where, violations));
  }
  if (!violations.empty()) return violations.ToStatus();
  return records;
}

}  // namespace flowmesh::door
