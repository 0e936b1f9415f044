#ifndef FLOWMESH_WORKERS_SDK_ATTEMPT_CONTEXT_H_
#define FLOWMESH_WORKERS_SDK_ATTEMPT_CONTEXT_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "server/base/mutex.h"
#include "workers/sdk/attempt_info.h"
#include "workers/sdk/cancellation.h"
#include "workers/sdk/event_sink.h"
#include "workers/sdk/execution_random.h"
#include "workers/sdk/output_streams.h"

namespace flowmesh::sdk {

// What functions and flows know of their attempt and tell about it. What is told is sent in order, kept over lost
// connections and appears in the execution's stream once. After the attempt was fenced everything told is dropped and
// cancelled() is true. Text that is not UTF-8 is repaired, text that is too long is cut. Thread-safe.
class AttemptContext {
 public:
  using Level = v1::LogLine::Level;
  using Attributes = std::map<std::string, std::string>;
  using Counters = std::map<std::string, int>;

  virtual ~AttemptContext() = default;
  AttemptContext(const AttemptContext&) = delete;
  AttemptContext& operator=(const AttemptContext&) = delete;

  // A line of the log: message up to 64 KiB, up to 64 attributes of up to 8 KiB.
  void Log(Level level, std::string message, const Attributes& attributes = {});
  void Debug(std::string message, const Attributes& attributes = {});
  void Info(std::string message, const Attributes& attributes = {});
  void Warning(std::string message, const Attributes& attributes = {});
  void Error(std::string message, const Attributes& attributes = {});

  // Adds to the end of an output stream. A text may end within a code point if the next one completes it.
  void Output(std::string text, const std::string& stream = "") ABSL_LOCKS_EXCLUDED(output_mutex_);
  void OutputBytes(const std::string& data, const std::string& stream = "") ABSL_LOCKS_EXCLUDED(output_mutex_);

  // What is added next replaces everything from `offset` (bytes, on a code-point boundary) on. A new attempt finds the
  // output of the one before and either continues it or restarts.
  void RestartOutput(int64_t offset = 0, const std::string& stream = "") ABSL_LOCKS_EXCLUDED(output_mutex_);

  // Bytes in the stream, those of earlier attempts included.
  int64_t output_end(const std::string& stream = "") const ABSL_LOCKS_EXCLUDED(output_mutex_);

  // How far the work has come; `percent` is moved into 0..100.
  void Progress(int percent, std::string message = "", const Counters& counters = {});

  // What a call of a model provider took.
  void ReportUsage(const v1::Usage& usage);

  // The result counts, although optional parts of the work failed.
  void SetWithErrors(bool with_errors) ABSL_LOCKS_EXCLUDED(output_mutex_);
  bool with_errors() const ABSL_LOCKS_EXCLUDED(output_mutex_);

  // The work shall stop: return soon, a CANCELLED status if it is not done.
  bool cancelled() const { return cancellation_->cancelled(); }

  // The attempt has no use beyond this time.
  absl::Time deadline() const { return info_.deadline; }
  // From 1; grows with every assignment of the task.
  int attempt() const { return info_.attempt; }
  // How many attempts failed before.
  int failures() const { return info_.failures; }
  // The same in every attempt and retry of this work: forward it to outside providers.
  const std::string& idempotency_key() const { return info_.idempotency_key; }
  const std::string& execution_id() const { return info_.execution_id; }
  // 0 = the execution's root task.
  int task() const { return info_.task; }
  const std::map<std::string, std::string>& labels() const { return info_.labels; }
  const std::string& owner() const { return info_.owner; }
  // W3C trace context of the execution's creator; empty = none.
  const std::string& traceparent() const { return info_.traceparent; }

  // Starts from the idempotency key: an attempt that asks in the same order gets the same numbers.
  ExecutionRandom& random() { return random_; }

  // Sends what OutputStreams still holds back; called once when the work has returned.
  void FlushOutput() ABSL_LOCKS_EXCLUDED(output_mutex_);

 protected:
  // `sink` and `cancellation` must outlive the context.
  AttemptContext(AttemptInfo info, EventSink* sink, Cancellation* cancellation);

  // What is told now was told before by an earlier attempt.
  virtual bool replaying() const { return false; }
  // Whether the next event may be appended now. `droppable`: the work can do without it.
  virtual bool Admit(bool droppable) = 0;

  EventSink& sink() { return *sink_; }
  Cancellation& cancellation() { return *cancellation_; }

 private:
  void Append(OutputStreams::Chunks chunks);

  const AttemptInfo info_;
  EventSink* const sink_;
  Cancellation* const cancellation_;
  ExecutionRandom random_;

  mutable base::Mutex
      output_mutex_;  // held from giving a chunk its offset to appending it, so that chunks stay in order
  OutputStreams outputs_ ABSL_GUARDED_BY(output_mutex_);
  bool with_errors_ ABSL_GUARDED_BY(output_mutex_) = false;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_ATTEMPT_CONTEXT_H_
