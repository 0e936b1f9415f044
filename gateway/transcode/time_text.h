#ifndef FLOWMESH_GATEWAY_TRANSCODE_TIME_TEXT_H_
#define FLOWMESH_GATEWAY_TRANSCODE_TIME_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace flowmesh::transcode {

// Seconds and nanoseconds as in google.protobuf.Timestamp (nanos 0..999,999,999) and Duration (same sign as seconds).
struct SecondsAndNanos {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

// RFC 3339 with capital T and Z or a numeric offset, 1 to 9 digits of fraction, years 0001 to 9999 in UTC, no leap
// seconds.
bool ParseTimestamp(std::string_view text, SecondsAndNanos* value);
// In UTC with 0, 3, 6 or 9 digits. False, with nothing appended, outside 0001..9999 or with nanos out of range.
bool AppendTimestamp(SecondsAndNanos value, std::string* out);

// Decimal seconds and "s", e.g. "1.5s", "-0.000000001s"; at most 9 digits of fraction and +-315,576,000,000 s.
bool ParseDuration(std::string_view text, SecondsAndNanos* value);
// With 0, 3, 6 or 9 digits. False, with nothing appended, outside the range or when the signs differ.
bool AppendDuration(SecondsAndNanos value, std::string* out);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_TIME_TEXT_H_
