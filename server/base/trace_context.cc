#include "server/base/trace_context.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace flowmesh::base {
namespace {

constexpr size_t kLength = 55;  // of version 00
constexpr size_t kMaxEntries = 32;
constexpr size_t kMaxStateBytes = 512;
constexpr size_t kLongEntry = 128;  // bytes; the first to be left out
constexpr size_t kMaxKey = 256;
constexpr size_t kMaxTenant = 241;
constexpr size_t kMaxSystem = 14;
constexpr size_t kMaxValue = 256;

// Lower-case hex digits only.
bool ReadHex(absl::string_view text, uint64_t* value) {
  *value = 0;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (c < 'a' || c > 'f')) return false;
    *value = *value << 4 | static_cast<uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return true;
}

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsKeyPart(absl::string_view text, size_t most, bool may_begin_with_digit) {
  if (text.empty() || text.size() > most) return false;
  if (!IsLower(text[0]) && !(may_begin_with_digit && IsDigit(text[0]))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsLower(c) || IsDigit(c) || c == '_' || c == '-' || c == '*' || c == '/'; });
}

bool IsKey(absl::string_view key) {
  const size_t at = key.find('@');
  if (at == absl::string_view::npos) return IsKeyPart(key, kMaxKey, /*may_begin_with_digit=*/false);
  return IsKeyPart(key.substr(0, at), kMaxTenant, /*may_begin_with_digit=*/true) &&
         IsKeyPart(key.substr(at + 1), kMaxSystem, /*may_begin_with_digit=*/false);
}

bool IsValue(absl::string_view value) {
  return !value.empty() && value.size() <= kMaxValue && value.back() != ' ' &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~' && c != ',' && c != '='; });
}

}  // namespace

std::optional<TraceContext> TraceContext::Parse(absl::string_view text) {
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  uint64_t version = 0;
  uint64_t hi = 0;
  uint64_t lo = 0;
  uint64_t span = 0;
  uint64_t flags = 0;
  if (!ReadHex(text.substr(0, 2), &version) || !ReadHex(text.substr(3, 16), &hi) ||
      !ReadHex(text.substr(19, 16), &lo) || !ReadHex(text.substr(36, 16), &span) ||
      !ReadHex(text.substr(53, 2), &flags)) {
    return std::nullopt;
  }
  if (version == 0xFF || (hi == 0 && lo == 0) || span == 0) return std::nullopt;
  const bool longer = text.size() > kLength;
  if (longer && (version == 0 || text[kLength] != '-')) return std::nullopt;
  return TraceContext(hi, lo, span, static_cast<uint8_t>(flags));
}

TraceContext TraceContext::Start(RandomSource& random) {
  uint64_t lo = 0;
  while (lo == 0) lo = random.Next();
  return TraceContext(random.Next(), lo, 0, 0).Child(random);
}

TraceContext TraceContext::Child(RandomSource& random) const {
  uint64_t span = 0;
  while (span == 0) span = random.Next();
  return Child(span);
}

TraceContext TraceContext::Child(uint64_t span_id) const {
  return TraceContext(trace_hi_, trace_lo_, span_id, flags_ & kSampled);
}

std::string TraceContext::ToString() const {
  return absl::StrFormat("00-%016x%016x-%016x-%02x", trace_hi_, trace_lo_, span_, flags_);
}

std::string TraceContext::trace_id() const { return absl::StrFormat("%016x%016x", trace_hi_, trace_lo_); }

std::string TraceContext::span_id() const { return absl::StrFormat("%016x", span_); }

std::string TraceIdOf(absl::string_view traceparent) {
  const std::optional<TraceContext> trace = TraceContext::Parse(traceparent);
  return trace.has_value() ? trace->trace_id() : std::string();
}

std::string PassableTraceState(absl::string_view tracestate) {
  std::vector<absl::string_view> entries;
  std::set<absl::string_view> keys;
  for (absl::string_view entry : absl::StrSplit(tracestate, ',')) {
    entry = absl::StripAsciiWhitespace(entry);
    if (entry.empty()) continue;  // allowed by the grammar, and of no meaning
    const size_t equals = entry.find('=');
    if (equals == absl::string_view::npos || !IsKey(entry.substr(0, equals)) || !IsValue(entry.substr(equals + 1)) ||
        !keys.insert(entry.substr(0, equals)).second) {
      return "";
    }
    entries.push_back(entry);
    if (entries.size() > kMaxEntries) return "";
  }
  std::string passed = absl::StrJoin(entries, ",");
  if (passed.size() <= kMaxStateBytes) return passed;
  std::erase_if(entries, [](absl::string_view entry) { return entry.size() > kLongEntry; });
  while ((passed = absl::StrJoin(entries, ",")).size() > kMaxStateBytes) entries.pop_back();
  return passed;
}

}  // namespace flowmesh::base
