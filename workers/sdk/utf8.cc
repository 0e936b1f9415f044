#include "workers/sdk/utf8.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace flowmesh::sdk {
namespace {

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// Bytes of the code point that `lead` begins; 0 = it begins none.
size_t LengthFromLead(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// The second byte carries the limits against overlong forms, surrogates and values above U+10FFFF (RFC 3629, section
// 4).
bool SecondByteFits(uint8_t lead, uint8_t second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return second >= 0x80 && second <= 0xBF;
  }
}

// Bytes of the code point at the start of `text`; 0 = none is complete there.
size_t CodePointLength(absl::string_view text) {
  const size_t length = LengthFromLead(static_cast<uint8_t>(text[0]));
  if (length <= 1) return length;
  if (text.size() < length) return 0;
  if (!SecondByteFits(static_cast<uint8_t>(text[0]), static_cast<uint8_t>(text[1]))) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  return length;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = CodePointLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string ToUtf8(std::string text) {
  if (IsUtf8(text)) return text;
  std::string out;
  out.reserve(text.size() + 16);
  absl::string_view rest = text;
  while (!rest.empty()) {
    const size_t length = CodePointLength(rest);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      rest.remove_prefix(1);
    } else {
      out.append(rest.data(), length);
      rest.remove_prefix(length);
    }
  }
  return out;
}

size_t CompleteLength(absl::string_view text) {
  const size_t reach = std::min<size_t>(3, text.size());
  for (size_t back = 1; back <= reach; ++back) {
    const char byte = text[text.size() - back];
    if (IsContinuation(byte)) continue;
    const bool unfinished = LengthFromLead(static_cast<uint8_t>(byte)) > back;
    return unfinished ? text.size() - back : text.size();
  }
  return text.size();
}

size_t PrefixLength(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return text.size();
  while (limit > 0 && IsContinuation(text[limit])) --limit;
  return limit;
}

std::string ToUtf8(std::string text, size_t limit) {
  std::string clean = ToUtf8(std::move(text));
  clean.resize(PrefixLength(clean, limit));
  return clean;
}

}  // namespace flowmesh::sdk
