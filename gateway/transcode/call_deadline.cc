#include "gateway/transcode/call_deadline.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "gateway/transcode/http_error.h"

namespace flowmesh::transcode {
namespace {

constexpr size_t kMaxDigits = 8;
constexpr size_t kMaxDecimals = 9;

bool ReadDigits(std::string_view text, size_t max, int64_t* number) {
  if (text.empty() || text.size() > max) return false;
  *number = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    *number = *number * 10 + (c - '0');
  }
  return true;
}

absl::Duration UnitOf(char unit) {
  switch (unit) {
    case 'H':
      return absl::Hours(1);
    case 'M':
      return absl::Minutes(1);
    case 'S':
      return absl::Seconds(1);
    case 'm':
      return absl::Milliseconds(1);
    case 'u':
      return absl::Microseconds(1);
    case 'n':
      return absl::Nanoseconds(1);
    default:
      return absl::ZeroDuration();
  }
}

// Zero for text that is no timeout.
absl::Duration ReadGrpcTimeout(std::string_view text) {
  int64_t number = 0;
  if (text.size() < 2 || !ReadDigits(text.substr(0, text.size() - 1), kMaxDigits, &number)) return absl::ZeroDuration();
  return number * UnitOf(text.back());
}

absl::Duration ReadSeconds(std::string_view text) {
  const size_t point = text.find('.');
  int64_t seconds = 0;
  int64_t fraction = 0;
  if (!ReadDigits(text.substr(0, point), kMaxDigits, &seconds)) return absl::ZeroDuration();
  if (point != std::string_view::npos) {
    std::string decimals(text.substr(point + 1));
    if (!ReadDigits(decimals, kMaxDecimals, &fraction)) return absl::ZeroDuration();
    decimals.resize(kMaxDecimals, '0');
    ReadDigits(decimals, kMaxDecimals, &fraction);
  }
  return absl::Seconds(seconds) + absl::Nanoseconds(fraction);
}

}  // namespace

absl::StatusOr<std::optional<absl::Duration>> ReadCallTimeout(std::optional<std::string_view> grpc_timeout,
                                                              std::optional<std::string_view> request_timeout) {
  std::optional<absl::Duration> timeout;
  if (grpc_timeout.has_value()) {
    timeout = ReadGrpcTimeout(*grpc_timeout);
    if (*timeout <= absl::ZeroDuration()) {
      return FieldViolation("grpc-timeout",
                            "must be 1 to 8 digits and a unit of H, M, S, m, u, n, more than zero: 10S");
    }
  }
  if (request_timeout.has_value()) {
    const absl::Duration seconds = ReadSeconds(*request_timeout);
    if (seconds <= absl::ZeroDuration()) {
      return FieldViolation("x-request-timeout", "must be a number of seconds, more than zero: 10 or 0.5");
    }
    timeout = timeout.has_value() ? std::min(*timeout, seconds) : seconds;
  }
  return timeout;
}

}  // namespace flowmesh::transcode
