#include "server/cli/display_text.h"

#include <cstdint>
#include <cstdio>

namespace flowmesh::cli {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// Length of the well-formed character at the front (Unicode, table 3-7), 0 when there is none.
size_t DecodeFront(std::string_view text, uint32_t* code_point) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) {
    *code_point = lead;
    return 1;
  }
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  uint32_t value = lead & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
    value = value << 6 | (byte(i) & 0x3F);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return 0;
  *code_point = value;
  return length;
}

bool IsControl(uint32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

bool Reorders(uint32_t c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

void AppendEscaped(uint32_t c, std::string* out) {
  char buffer[16];
  if (c == '\n' || c == '\r') {
    *out += c == '\n' ? "\\n" : "\\r";
    return;
  }
  std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : "\\u%04x", static_cast<unsigned>(c));
  *out += buffer;
}

}  // namespace

std::string DisplayText(std::string_view text, Lines lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    uint32_t c = 0;
    const size_t length = DecodeFront(text, &c);
    if (length == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    const bool kept = c == '\t' || (c == '\n' && lines == Lines::kMany) || !(IsControl(c) || Reorders(c));
    if (kept) {
      out += text.substr(0, length);
    } else {
      AppendEscaped(c, &out);
    }
    text.remove_prefix(length);
  }
  return out;
}

size_t CountColumns(std::string_view text) {
  size_t count = 0;
  for (char byte : text) count += IsContinuation(byte) ? 0 : 1;
  return count;
}

std::string FitColumns(std::string_view text, size_t columns) {
  if (CountColumns(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  size_t end = 0;
  for (size_t taken = 0; end < text.size(); ++end) {
    if (!IsContinuation(text[end]) && taken++ == columns - 1) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace flowmesh::cli
