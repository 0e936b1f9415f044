#include "gateway/transcode/byte_range.h"

#include <algorithm>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

constexpr absl::string_view kUnit = "bytes=";
constexpr int64_t kNowhere = std::numeric_limits<int64_t>::max();

// Digits alone; what is too large for a number is as good as the largest one.
std::optional<int64_t> Position(absl::string_view digits) {
  const auto is_digit = [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); };
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  int64_t position = 0;
  return absl::SimpleAtoi(digits, &position) ? position : kNowhere;
}

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

const pb::FieldDescriptor* Field(const pb::Message& request, const std::string& name) {
  return request.GetDescriptor()->FindFieldByName(name);
}

}  // namespace

std::optional<ByteRange> ParseByteRange(std::string_view header) {
  absl::string_view text = absl::StripAsciiWhitespace(View(header));
  if (!absl::StartsWithIgnoreCase(text, kUnit)) return std::nullopt;
  text = absl::StripAsciiWhitespace(text.substr(kUnit.size()));
  const size_t dash = text.find('-');
  if (dash == absl::string_view::npos) return std::nullopt;
  if (dash == 0) {
    const std::optional<int64_t> suffix = Position(text.substr(1));
    if (!suffix) return std::nullopt;
    return ByteRange{.offset = *suffix == 0 ? kNowhere : -*suffix};
  }
  const std::optional<int64_t> first = Position(text.substr(0, dash));
  if (!first) return std::nullopt;
  if (dash + 1 == text.size()) return ByteRange{.offset = *first};
  const std::optional<int64_t> last = Position(text.substr(dash + 1));
  if (!last || *last < *first) return std::nullopt;
  return ByteRange{.offset = *first, .length = *last - *first == kNowhere ? kNowhere : *last - *first + 1};
}

std::optional<ByteSpan> SpanOf(const ByteRange& range, int64_t size) {
  if (range.whole()) return ByteSpan{.length = size};
  const int64_t first = range.offset >= 0 ? range.offset : std::max<int64_t>(size + range.offset, 0);
  if (first >= size) return std::nullopt;
  const int64_t rest = size - first;
  return ByteSpan{.first = first, .length = range.length == 0 ? rest : std::min(rest, range.length)};
}

const v1::ByteRange* RuleOf(const pb::MethodDescriptor& method) {
  const pb::MethodOptions& options = method.options();
  return options.HasExtension(v1::byte_range) ? &options.GetExtension(v1::byte_range) : nullptr;
}

ByteRange RangeOf(const pb::Message& request, const v1::ByteRange& rule) {
  const pb::Reflection* reflection = request.GetReflection();
  return {.offset = reflection->GetInt64(request, Field(request, rule.offset_field())),
          .length = reflection->GetInt64(request, Field(request, rule.length_field()))};
}

void SetRange(const ByteRange& range, const v1::ByteRange& rule, pb::Message* request) {
  const pb::Reflection* reflection = request->GetReflection();
  reflection->SetInt64(request, Field(*request, rule.offset_field()), range.offset);
  reflection->SetInt64(request, Field(*request, rule.length_field()), range.length);
}

}  // namespace flowmesh::transcode
