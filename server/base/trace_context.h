#ifndef FLOWMESH_SERVER_BASE_TRACE_CONTEXT_H_
#define FLOWMESH_SERVER_BASE_TRACE_CONTEXT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/base/random.h"

namespace flowmesh::base {

// One request's place in a trace: https://www.w3.org/TR/trace-context/, level 1, version 00. Every hop keeps the trace
// id and puts a span id of its own in the place of its caller's.
class TraceContext {
 public:
  // The header `traceparent`. Of a later version than 00 only the fields that 00 knows are read, as the standard asks.
  // Nothing when it is malformed: the caller then counts as having sent none, and its tracestate as well.
  static std::optional<TraceContext> Parse(absl::string_view traceparent);

  // A new trace. Its flags say "not sampled": whoever begins it here records no spans.
  static TraceContext Start(RandomSource& random);

  // The same trace with a new span id. The flag `sampled` stays as the caller sent it, others are not passed on.
  TraceContext Child(RandomSource& random) const;
  // With a span id that the caller has; it must not be zero.
  TraceContext Child(uint64_t span_id) const;

  // 55 characters: 00-<32 hex>-<16 hex>-<2 hex>.
  std::string ToString() const;

  std::string trace_id() const;  // 32 lower-case hex digits
  std::string span_id() const;   // 16
  bool sampled() const { return (flags_ & kSampled) != 0; }

  friend bool operator==(const TraceContext&, const TraceContext&) = default;

 private:
  static constexpr uint8_t kSampled = 0x01;
  TraceContext(uint64_t trace_hi, uint64_t trace_lo, uint64_t span, uint8_t flags)
      : trace_hi_(trace_hi), trace_lo_(trace_lo), span_(span), flags_(flags) {}

  uint64_t trace_hi_;
  uint64_t trace_lo_;  // not both zero
  uint64_t span_;      // not zero
  uint8_t flags_;
};

// The trace id in a traceparent; empty when it is malformed.
std::string TraceIdOf(absl::string_view traceparent);

// What may be passed on of the header `tracestate` (several lines joined by commas). Empty when it is malformed: an
// entry that breaks the standard's grammar, a key twice, more than 32 entries. Beyond 512 characters whole entries are
// left out, first those above 128 characters, then from the end.
std::string PassableTraceState(absl::string_view tracestate);

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_TRACE_CONTEXT_H_
