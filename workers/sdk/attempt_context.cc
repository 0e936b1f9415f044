#include "workers/sdk/attempt_context.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/utf8.h"

namespace flowmesh::sdk {
namespace {

constexpr size_t kMaxMessage = 64 * 1024;        // bytes of a log line
constexpr size_t kMaxAttributes = 64;            // per log line
constexpr size_t kMaxAttributeKey = 256;         // bytes
constexpr size_t kMaxAttributeValue = 8 * 1024;  // bytes
constexpr size_t kMaxProgressMessage = 4096;     // bytes
constexpr size_t kMaxStreamName = 256;           // bytes
constexpr size_t kMaxCounters = 64;              // per progress report

std::string NameOfWork(const AttemptInfo& info) {
  if (!info.idempotency_key.empty()) return info.idempotency_key;
  return absl::StrCat(info.execution_id, "/", info.task);
}

}  // namespace

AttemptContext::AttemptContext(AttemptInfo info, EventSink* sink, Cancellation* cancellation)
    : info_(std::move(info)),
      sink_(sink),
      cancellation_(cancellation),
      random_(NameOfWork(info_)),
      outputs_(info_.output_ends) {}

void AttemptContext::Log(Level level, std::string message, const Attributes& attributes) {
  if (!Admit(/*droppable=*/true)) return;
  v1::Event event;
  v1::LogLine& line = *event.mutable_log();
  line.set_level(level);
  line.set_message(ToUtf8(std::move(message), kMaxMessage));
  for (const auto& [key, value] : attributes) {
    if (line.attributes().size() >= kMaxAttributes) break;
    (*line.mutable_attributes())[ToUtf8(key, kMaxAttributeKey)] = ToUtf8(value, kMaxAttributeValue);
  }
  sink_->Append(std::move(event));
}

void AttemptContext::Debug(std::string message, const Attributes& attributes) {
  Log(v1::LogLine::DEBUG, std::move(message), attributes);
}
void AttemptContext::Info(std::string message, const Attributes& attributes) {
  Log(v1::LogLine::INFO, std::move(message), attributes);
}
void AttemptContext::Warning(std::string message, const Attributes& attributes) {
  Log(v1::LogLine::WARNING, std::move(message), attributes);
}
void AttemptContext::Error(std::string message, const Attributes& attributes) {
  Log(v1::LogLine::ERROR, std::move(message), attributes);
}

void AttemptContext::Output(std::string text, const std::string& stream) {
  if (!Admit(/*droppable=*/false)) return;
  base::MutexLock lock(output_mutex_);
  Append(outputs_.Text(std::move(text), ToUtf8(stream, kMaxStreamName)));
}

void AttemptContext::OutputBytes(const std::string& data, const std::string& stream) {
  if (!Admit(/*droppable=*/false)) return;
  base::MutexLock lock(output_mutex_);
  Append(outputs_.Bytes(data, ToUtf8(stream, kMaxStreamName)));
}

void AttemptContext::RestartOutput(int64_t offset, const std::string& stream) {
  if (replaying()) return;
  base::MutexLock lock(output_mutex_);
  outputs_.Restart(offset, ToUtf8(stream, kMaxStreamName));
}

int64_t AttemptContext::output_end(const std::string& stream) const {
  base::MutexLock lock(output_mutex_);
  return outputs_.end(ToUtf8(stream, kMaxStreamName));
}

void AttemptContext::Progress(int percent, std::string message, const Counters& counters) {
  if (!Admit(/*droppable=*/true)) return;
  v1::Event event;
  v1::Progress& progress = *event.mutable_progress();
  progress.set_percent(std::clamp(percent, 0, 100));
  progress.set_message(ToUtf8(std::move(message), kMaxProgressMessage));
  for (const auto& [name, count] : counters) {
    if (progress.counters().size() >= kMaxCounters) break;
    (*progress.mutable_counters())[ToUtf8(name, kMaxAttributeKey)] = count;
  }
  sink_->Append(std::move(event));
}

void AttemptContext::ReportUsage(const v1::Usage& usage) {
  if (!Admit(/*droppable=*/false)) return;
  v1::Event event;
  *event.mutable_usage() = usage;
  event.mutable_usage()->set_provider(ToUtf8(usage.provider(), kMaxAttributeKey));
  event.mutable_usage()->set_model(ToUtf8(usage.model(), kMaxAttributeKey));
  sink_->Append(std::move(event));
}

void AttemptContext::SetWithErrors(bool with_errors) {
  base::MutexLock lock(output_mutex_);
  with_errors_ = with_errors;
}

bool AttemptContext::with_errors() const {
  base::MutexLock lock(output_mutex_);
  return with_errors_;
}

void AttemptContext::FlushOutput() {
  base::MutexLock lock(output_mutex_);
  Append(outputs_.Flush());
}

void AttemptContext::Append(OutputStreams::Chunks chunks) {
  for (v1::OutputChunk& chunk : chunks) {
    v1::Event event;
    *event.mutable_output() = std::move(chunk);
    sink_->Append(std::move(event));
  }
}

}  // namespace flowmesh::sdk
