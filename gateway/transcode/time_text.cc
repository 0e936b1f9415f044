#include "gateway/transcode/time_text.h"

#include <chrono>

#include "absl/strings/str_format.h"

namespace flowmesh::transcode {
namespace {

constexpr int64_t kMinTimestampSeconds = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr int64_t kMaxTimestampSeconds = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr int64_t kMaxDurationSeconds = 315'576'000'000;   // about 10,000 years
constexpr int32_t kNanosPerSecond = 1'000'000'000;

// Exactly `count` digits.
bool TakeNumber(std::string_view* text, size_t count, int* value) {
  if (text->size() < count) return false;
  *value = 0;
  for (const char c : text->substr(0, count)) {
    if (c < '0' || c > '9') return false;
    *value = *value * 10 + (c - '0');
  }
  text->remove_prefix(count);
  return true;
}

bool TakeChar(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

// Nothing, or a dot and 1 to 9 digits.
bool TakeFraction(std::string_view* text, int32_t* nanos) {
  *nanos = 0;
  if (!TakeChar(text, '.')) return true;
  int digits = 0;
  for (; !text->empty() && text->front() >= '0' && text->front() <= '9'; text->remove_prefix(1)) {
    if (++digits > 9) return false;
    *nanos = *nanos * 10 + (text->front() - '0');
  }
  if (digits == 0) return false;
  for (; digits < 9; ++digits) *nanos *= 10;
  return true;
}

void AppendFraction(int32_t nanos, std::string* out) {
  if (nanos == 0) return;
  if (nanos % 1'000'000 == 0) {
    absl::StrAppendFormat(out, ".%03d", nanos / 1'000'000);
  } else if (nanos % 1'000 == 0) {
    absl::StrAppendFormat(out, ".%06d", nanos / 1'000);
  } else {
    absl::StrAppendFormat(out, ".%09d", nanos);
  }
}

bool TakeDate(std::string_view* text, int64_t* days) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!TakeNumber(text, 4, &year) || !TakeChar(text, '-') || !TakeNumber(text, 2, &month) || !TakeChar(text, '-') ||
      !TakeNumber(text, 2, &day)) {
    return false;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || !date.ok()) return false;
  *days = std::chrono::sys_days(date).time_since_epoch().count();
  return true;
}

// "Z" or "+hh:mm", in seconds east of UTC.
bool TakeOffset(std::string_view* text, int64_t* seconds) {
  *seconds = 0;
  if (TakeChar(text, 'Z')) return true;
  const bool west = TakeChar(text, '-');
  if (!west && !TakeChar(text, '+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!TakeNumber(text, 2, &hours) || !TakeChar(text, ':') || !TakeNumber(text, 2, &minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  *seconds = (hours * 60 + minutes) * 60;
  if (west) *seconds = -*seconds;
  return true;
}

}  // namespace

bool ParseTimestamp(std::string_view text, SecondsAndNanos* value) {
  int64_t days = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int32_t nanos = 0;
  int64_t offset = 0;
  if (!TakeDate(&text, &days) || !TakeChar(&text, 'T') || !TakeNumber(&text, 2, &hour) || !TakeChar(&text, ':') ||
      !TakeNumber(&text, 2, &minute) || !TakeChar(&text, ':') || !TakeNumber(&text, 2, &second) ||
      !TakeFraction(&text, &nanos) || !TakeOffset(&text, &offset) || !text.empty()) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  const int64_t seconds = days * 86'400 + hour * 3'600 + minute * 60 + second - offset;
  if (seconds < kMinTimestampSeconds || seconds > kMaxTimestampSeconds) return false;
  *value = {seconds, nanos};
  return true;
}

bool AppendTimestamp(SecondsAndNanos value, std::string* out) {
  if (value.seconds < kMinTimestampSeconds || value.seconds > kMaxTimestampSeconds || value.nanos < 0 ||
      value.nanos >= kNanosPerSecond) {
    return false;
  }
  const std::chrono::sys_seconds time{std::chrono::seconds(value.seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto second_of_day = static_cast<int>((time - day).count());
  absl::StrAppendFormat(out, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second_of_day / 3'600,
                        second_of_day / 60 % 60, second_of_day % 60);
  AppendFraction(value.nanos, out);
  *out += 'Z';
  return true;
}

bool ParseDuration(std::string_view text, SecondsAndNanos* value) {
  const bool negative = TakeChar(&text, '-');
  int64_t seconds = 0;
  size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
    seconds = seconds * 10 + (text.front() - '0');
    if (seconds > kMaxDurationSeconds) return false;
  }
  int32_t nanos = 0;
  if (digits == 0 || !TakeFraction(&text, &nanos) || text != "s") return false;
  if (seconds == kMaxDurationSeconds && nanos > 0) return false;
  *value = negative ? SecondsAndNanos{-seconds, -nanos} : SecondsAndNanos{seconds, nanos};
  return true;
}

bool AppendDuration(SecondsAndNanos value, std::string* out) {
  const auto [seconds, nanos] = value;
  if (seconds < -kMaxDurationSeconds || seconds > kMaxDurationSeconds) return false;
  if (nanos <= -kNanosPerSecond || nanos >= kNanosPerSecond) return false;
  if ((seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0)) return false;
  if (seconds < 0 || nanos < 0) *out += '-';
  absl::StrAppendFormat(out, "%d", seconds < 0 ? -seconds : seconds);
  AppendFraction(nanos < 0 ? -nanos : nanos, out);
  *out += 's';
  return true;
}

}  // namespace flowmesh::transcode
