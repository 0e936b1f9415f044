#include "workers/models/builtin/code_point.h"

namespace flowmesh::models {

char32_t NextCodePoint(absl::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (more == 0 || lead >= 0xF5 || at + more > text.size()) return kInvalidCodePoint;
  char32_t point = lead & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kInvalidCodePoint;
    point = (point << 6) | (byte(at + i) & 0x3F);
  }
  const char32_t least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
  if (point < least || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return kInvalidCodePoint;
  at += more;
  return point;
}

}  // namespace flowmesh::models
