#include "gateway/transcode/json_number.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

#include "absl/strings/charconv.h"

namespace flowmesh::transcode {
namespace {

struct NumberParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int64_t exponent = 0;  // saturates at +-kMaxExponent
};

// Beyond every exponent that a text below 4 GiB could bring back into range with its digits.
constexpr int64_t kMaxExponent = int64_t{1} << 40;
constexpr int64_t kMaxDigits = std::numeric_limits<uint64_t>::digits10 + 1;

std::string_view TakeDigits(std::string_view* text) {
  size_t size = 0;
  while (size < text->size() && (*text)[size] >= '0' && (*text)[size] <= '9') ++size;
  const std::string_view digits = text->substr(0, size);
  text->remove_prefix(size);
  return digits;
}

bool TakeOne(std::string_view* text, std::string_view choices) {
  if (text->empty() || choices.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

bool Split(std::string_view text, NumberParts* parts) {
  parts->negative = TakeOne(&text, "-");
  parts->whole = TakeDigits(&text);
  if (parts->whole.empty() || (parts->whole.size() > 1 && parts->whole[0] == '0')) return false;
  if (TakeOne(&text, ".")) {
    parts->fraction = TakeDigits(&text);
    if (parts->fraction.empty()) return false;
  }
  if (TakeOne(&text, "eE")) {
    const bool minus = TakeOne(&text, "-");
    if (!minus) TakeOne(&text, "+");
    const std::string_view digits = TakeDigits(&text);
    if (digits.empty()) return false;
    for (const char c : digits) parts->exponent = std::min(kMaxExponent, parts->exponent * 10 + (c - '0'));
    if (minus) parts->exponent = -parts->exponent;
  }
  return text.empty();
}

struct Whole {
  bool negative = false;
  uint64_t magnitude = 0;
};

NumberFault ParseWhole(std::string_view text, Whole* result) {
  NumberParts parts;
  if (!Split(text, &parts)) return NumberFault::kSyntax;
  // value = digits * 10^scale, digits without zeros at either end
  std::string digits(parts.whole);
  digits += parts.fraction;
  int64_t scale = parts.exponent - static_cast<int64_t>(parts.fraction.size());
  const size_t last = digits.find_last_not_of('0');
  if (last == std::string::npos) return NumberFault::kNone;  // zero, whatever its exponent
  scale += static_cast<int64_t>(digits.size() - last - 1);
  digits.resize(last + 1);
  digits.erase(0, digits.find_first_not_of('0'));
  if (scale < 0) return NumberFault::kFraction;
  if (static_cast<int64_t>(digits.size()) + scale > kMaxDigits) return NumberFault::kRange;
  digits.append(static_cast<size_t>(scale), '0');
  result->negative = parts.negative;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result->magnitude);
  return error == std::errc() ? NumberFault::kNone : NumberFault::kRange;
}

template <typename Integer>
NumberFault ParseAs(std::string_view text, Integer* value) {
  Whole whole;
  const NumberFault fault = ParseWhole(text, &whole);
  if (fault != NumberFault::kNone) return fault;
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<Integer>::max());
  const uint64_t limit = !whole.negative ? kMax : std::numeric_limits<Integer>::is_signed ? kMax + 1 : 0;
  if (whole.magnitude > limit) return NumberFault::kRange;
  *value = static_cast<Integer>(whole.negative ? uint64_t{0} - whole.magnitude : whole.magnitude);
  return NumberFault::kNone;
}

template <typename Real>
NumberFault ParseRealAs(std::string_view text, Real* value) {
  NumberParts parts;
  if (!Split(text, &parts)) return NumberFault::kSyntax;
  Real parsed = 0;
  const absl::from_chars_result result = absl::from_chars(text.data(), text.data() + text.size(), parsed);
  const bool large = parsed > 1 || parsed < -1;  // Abseil reports underflow with the same code
  if (result.ec == std::errc::result_out_of_range && large) return NumberFault::kRange;
  *value = parsed;
  return NumberFault::kNone;
}

template <typename Real>
void AppendRealAs(Real value, std::string* out) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out->append(buffer, result.ptr);
}

}  // namespace

NumberFault ParseInteger(std::string_view text, int32_t* value) { return ParseAs(text, value); }
NumberFault ParseInteger(std::string_view text, uint32_t* value) { return ParseAs(text, value); }
NumberFault ParseInteger(std::string_view text, int64_t* value) { return ParseAs(text, value); }
NumberFault ParseInteger(std::string_view text, uint64_t* value) { return ParseAs(text, value); }

NumberFault ParseReal(std::string_view text, double* value) { return ParseRealAs(text, value); }
NumberFault ParseReal(std::string_view text, float* value) { return ParseRealAs(text, value); }

void AppendReal(double value, std::string* out) { AppendRealAs(value, out); }
void AppendReal(float value, std::string* out) { AppendRealAs(value, out); }

}  // namespace flowmesh::transcode
