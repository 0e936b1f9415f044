#include "gateway/transcode/field_mask_text.h"

#include <utility>

#include "absl/strings/ascii.h"

namespace flowmesh::transcode {
namespace {

bool ParsePath(std::string_view text, std::string* path) {
  if (text == "*") {
    *path = "*";
    return true;
  }
  char before = '.';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool segment_starts = before == '.';
    if (c == '.' ? segment_starts : !absl::ascii_isalnum(byte) && c != '_') return false;
    if (absl::ascii_isupper(byte)) {
      if (segment_starts) return false;
      *path += '_';
    }
    *path += absl::ascii_tolower(byte);
    before = c;
  }
  return before != '.';
}

}  // namespace

bool ParseFieldMask(std::string_view text, std::vector<std::string>* paths) {
  paths->clear();
  while (!text.empty()) {
    const size_t comma = text.find(',');
    std::string path;
    if (!ParsePath(text.substr(0, comma), &path)) return false;
    paths->push_back(std::move(path));
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
    if (text.empty()) return false;
  }
  return true;
}

std::string FieldMaskPathText(std::string_view path) {
  std::string camel;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool reversible =
        path[i] != '_' || (i + 1 < path.size() && absl::ascii_islower(static_cast<unsigned char>(path[i + 1])));
    const bool segment_starts = i == 0 || path[i - 1] == '.';
    if (absl::ascii_isupper(static_cast<unsigned char>(path[i])) || !reversible || (path[i] == '_' && segment_starts)) {
      return std::string(path);
    }
    camel += path[i] == '_' ? absl::ascii_toupper(static_cast<unsigned char>(path[++i])) : path[i];
  }
  return camel;
}

}  // namespace flowmesh::transcode
