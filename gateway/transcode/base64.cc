#include "gateway/transcode/base64.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

namespace flowmesh::transcode {

bool DecodeBase64(std::string_view text, std::string* bytes) {
  std::string_view digits = text;
  while (text.size() - digits.size() < 2 && !digits.empty() && digits.back() == '=') digits.remove_suffix(1);
  if (digits.size() < text.size() && text.size() % 4 != 0) return false;
  if (digits.size() % 4 == 1) return false;
  bool standard = false;
  bool url_safe = false;
  for (const char c : digits) {
    const bool plus = c == '+' || c == '/';
    const bool minus = c == '-' || c == '_';
    if (!plus && !minus && !absl::ascii_isalnum(static_cast<unsigned char>(c))) return false;
    standard = standard || plus;
    url_safe = url_safe || minus;
  }
  if (standard && url_safe) return false;
  const absl::string_view view(digits.data(), digits.size());
  return url_safe ? absl::WebSafeBase64Unescape(view, bytes) : absl::Base64Unescape(view, bytes);
}

void AppendBase64(std::string_view bytes, std::string* out) {
  *out += absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

}  // namespace flowmesh::transcode
