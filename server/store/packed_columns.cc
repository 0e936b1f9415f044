#include "server/store/packed_columns.h"

#include <limits>
#include <utility>

#include "absl/time/time.h"
#include "server/base/packing.h"

namespace flowmesh::store {
namespace {

using base::Packer;
using base::Unpacker;

// Which optional fields of `origin` follow.
enum OriginField : uint64_t {
  kTimeout = 1,
  kConcurrency = 2,
  kRetryOf = 4,
  kFirstOfChain = 8,
  kTraceparent = 16,
  kTaskType = 32,
  kTaskCreateTime = 64,
};

// The seldom flags of a task.
constexpr uint64_t kTaskWithErrors = 1;
constexpr uint64_t kTaskSameInput = 2;
constexpr uint64_t kTaskReused = 4;

uint64_t FlagsOf(const TaskRow& task) {
  return (task.with_errors ? kTaskWithErrors : 0) | (task.same_input ? kTaskSameInput : 0) |
         (task.reused ? kTaskReused : 0);
}

template <typename Number>
bool UnpackNumber(Unpacker& in, Number* number) {
  int64_t value = 0;
  if (!in.SignedVarint(&value)) return false;
  if (value < std::numeric_limits<Number>::min() || value > std::numeric_limits<Number>::max()) return false;
  *number = static_cast<Number>(value);
  return true;
}

void PackId(Packer& out, const Id& id) { out.Fixed64(id.hi).Fixed64(id.lo); }
bool UnpackId(Unpacker& in, Id* id) { return in.Fixed64(&id->hi) && in.Fixed64(&id->lo); }

// Ends of time keep their meaning: they are the ends of the number range.
int64_t Micros(absl::Time time) { return absl::ToUnixMicros(time); }
absl::Time TimeOf(int64_t micros) {
  if (micros == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  return absl::FromUnixMicros(micros);
}
absl::Duration DurationOf(int64_t micros) {
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteDuration();
  if (micros == std::numeric_limits<int64_t>::min()) return -absl::InfiniteDuration();
  return absl::Microseconds(micros);
}

template <typename Number>
void PackNumbers(Packer& out, const std::map<std::string, Number>& numbers) {
  out.Varint(numbers.size());
  for (const auto& [name, number] : numbers) out.Bytes(name).SignedVarint(number);
}

template <typename Number>
bool UnpackNumbers(Unpacker& in, std::map<std::string, Number>* numbers) {
  uint64_t count = 0;
  if (!in.VarintUpTo(in.rest().size(), &count)) return false;
  numbers->clear();
  for (; count > 0; --count) {
    std::string name;
    Number number = 0;
    if (!in.Bytes(&name) || !UnpackNumber(in, &number)) return false;
    numbers->emplace_hint(numbers->end(), std::move(name), number);
  }
  return true;
}

}  // namespace

std::string PackLabels(const std::map<std::string, std::string>& labels) {
  Packer out;
  for (const auto& [name, value] : labels) out.Bytes(name).Bytes(value);
  return out.Take();
}

bool UnpackLabels(std::string_view packed, std::map<std::string, std::string>* labels) {
  labels->clear();
  Unpacker in(packed);
  while (!in.AtEnd()) {
    std::string name;
    std::string value;
    if (!in.Bytes(&name) || !in.Bytes(&value)) return false;
    labels->emplace_hint(labels->end(), std::move(name), std::move(value));
  }
  return true;
}

std::string PackProgress(const Progress& progress) {
  if (progress.percent == 0 && progress.message.empty() && progress.counters.empty()) return "";
  Packer out;
  out.SignedVarint(progress.percent).Bytes(progress.message);
  PackNumbers(out, progress.counters);
  return out.Take();
}

bool UnpackProgress(std::string_view packed, Progress* progress) {
  *progress = Progress();
  if (packed.empty()) return true;
  Unpacker in(packed);
  return UnpackNumber(in, &progress->percent) && in.Bytes(&progress->message) &&
         UnpackNumbers(in, &progress->counters) && in.Done();
}

std::string PackFailure(const Failure& failure) {
  if (failure.reason.empty() && failure.message.empty() && !failure.retryable) return "";
  Packer out;
  out.Bytes(failure.reason).Bytes(failure.message).Bool(failure.retryable);
  return out.Take();
}

bool UnpackFailure(std::string_view packed, Failure* failure) {
  *failure = Failure();
  if (packed.empty()) return true;
  Unpacker in(packed);
  return in.Bytes(&failure->reason) && in.Bytes(&failure->message) && in.Bool(&failure->retryable) && in.Done();
}

std::string PackTaskCounts(const TaskRow& task) {
  if (task.failures == 0 && task.losses == 0 && task.records == 0 && task.code_version == 0 &&
      task.output_ends.empty() && task.token_digest.empty() && task.counterpart == 0 && FlagsOf(task) == 0) {
    return "";
  }
  Packer out;
  out.SignedVarint(task.failures).SignedVarint(task.losses);
  out.SignedVarint(task.records).SignedVarint(task.code_version);
  PackNumbers(out, task.output_ends);
  out.Bytes(task.token_digest);
  const uint64_t flags = FlagsOf(task);
  if (task.counterpart != 0 || flags != 0) out.SignedVarint(task.counterpart).Varint(flags);
  return out.Take();
}

bool UnpackTaskCounts(std::string_view packed, TaskRow* task) {
  if (packed.empty()) return true;
  Unpacker in(packed);
  const bool read = UnpackNumber(in, &task->failures) && UnpackNumber(in, &task->losses) &&
                    UnpackNumber(in, &task->records) && UnpackNumber(in, &task->code_version) &&
                    UnpackNumbers(in, &task->output_ends) && in.Bytes(&task->token_digest);
  if (!read || in.AtEnd()) return read;
  uint64_t flags = 0;
  if (!UnpackNumber(in, &task->counterpart) || !in.VarintUpTo(7, &flags) || !in.Done()) return false;
  task->with_errors = (flags & kTaskWithErrors) != 0;
  task->same_input = (flags & kTaskSameInput) != 0;
  task->reused = (flags & kTaskReused) != 0;
  return true;
}

std::string PackCounts(const ExecutionRow& row) {
  if (row.dropped_logs == 0 && !row.with_errors && !row.behind_key) return "";
  Packer out;
  out.SignedVarint(row.dropped_logs).Bool(row.with_errors);
  if (row.behind_key) out.Bool(true);
  return out.Take();
}

bool UnpackCounts(std::string_view packed, ExecutionRow* row) {
  if (packed.empty()) return true;
  Unpacker in(packed);
  if (!UnpackNumber(in, &row->dropped_logs) || !in.Bool(&row->with_errors)) return false;
  return (in.AtEnd() || in.Bool(&row->behind_key)) && in.Done();
}

std::string PackOrigin(const ExecutionRow& row) {
  uint64_t fields = 0;
  if (row.timeout != absl::InfiniteDuration()) fields |= kTimeout;
  if (!row.concurrency_key.empty() || row.concurrency_policy != ConcurrencyPolicy::kReject) fields |= kConcurrency;
  if (!row.retry_of.is_zero()) fields |= kRetryOf;
  if (row.first_of_chain != row.id) fields |= kFirstOfChain;
  if (!row.traceparent.empty()) fields |= kTraceparent;
  if (row.root.type != row.flow) fields |= kTaskType;
  if (row.root.create_time != row.create_time) fields |= kTaskCreateTime;
  if (fields == 0) return "";

  Packer out;
  out.Varint(fields);
  if (fields & kTimeout) out.SignedVarint(absl::ToInt64Microseconds(row.timeout));
  if (fields & kConcurrency) out.Bytes(row.concurrency_key).Varint(static_cast<uint64_t>(row.concurrency_policy));
  if (fields & kRetryOf) PackId(out, row.retry_of);
  if (fields & kFirstOfChain) PackId(out, row.first_of_chain);
  if (fields & kTraceparent) out.Bytes(row.traceparent);
  if (fields & kTaskType) out.Bytes(row.root.type);
  if (fields & kTaskCreateTime) out.SignedVarint(Micros(row.root.create_time));
  return out.Take();
}

bool UnpackOrigin(std::string_view packed, ExecutionRow* row) {
  row->first_of_chain = row->id;
  row->root.type = row->flow;
  row->root.create_time = row->create_time;
  if (packed.empty()) return true;

  Unpacker in(packed);
  uint64_t fields = 0;
  int64_t micros = 0;
  uint64_t policy = 0;
  if (!in.Varint(&fields)) return false;
  if (fields & kTimeout) {
    if (!in.SignedVarint(&micros)) return false;
    row->timeout = DurationOf(micros);
  }
  if (fields & kConcurrency) {
    const auto last = static_cast<uint64_t>(ConcurrencyPolicy::kJoin);
    if (!in.Bytes(&row->concurrency_key) || !in.VarintUpTo(last, &policy)) return false;
    row->concurrency_policy = static_cast<ConcurrencyPolicy>(policy);
  }
  if (fields & kRetryOf && !UnpackId(in, &row->retry_of)) return false;
  if (fields & kFirstOfChain && !UnpackId(in, &row->first_of_chain)) return false;
  if (fields & kTraceparent && !in.Bytes(&row->traceparent)) return false;
  if (fields & kTaskType && !in.Bytes(&row->root.type)) return false;
  if (fields & kTaskCreateTime) {
    if (!in.SignedVarint(&micros)) return false;
    row->root.create_time = TimeOf(micros);
  }
  return in.Done();
}

}  // namespace flowmesh::store
