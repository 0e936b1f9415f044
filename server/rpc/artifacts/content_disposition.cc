#include "server/rpc/artifacts/content_disposition.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::rpc {
namespace {

bool MayBeShown(absl::string_view media_type) {
  const std::string type =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(media_type.substr(0, media_type.find(';'))));
  if (type == "image/svg+xml") return false;  // runs scripts
  return type == "text/plain" || absl::StartsWith(type, "image/") || absl::StartsWith(type, "audio/") ||
         absl::StartsWith(type, "video/");
}

// attr-char of RFC 8187, section 3.2.1.
bool IsPlain(unsigned char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$&+-.^_`|~", static_cast<char>(c));
}

}  // namespace

std::string ContentDisposition(absl::string_view name, absl::string_view media_type) {
  std::string ascii;
  std::string encoded;
  bool all = true;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    // Percent signs are decoded by some browsers in the plain form too.
    const bool fits = byte >= ' ' && byte < 0x7f && c != '"' && c != '\\' && c != '%';
    if (fits) {
      ascii += c;
    } else if (byte < 0x80 || byte >= 0xc0) {  // one for each character
      ascii += '_';
    }
    all = all && fits;
    if (IsPlain(byte)) {
      encoded += c;
    } else {
      absl::StrAppend(&encoded, "%", absl::AsciiStrToUpper(absl::StrCat(absl::Hex(byte, absl::kZeroPad2))));
    }
  }
  std::string value = absl::StrCat(MayBeShown(media_type) ? "inline" : "attachment", "; filename=\"", ascii, "\"");
  if (!all) absl::StrAppend(&value, "; filename*=UTF-8''", encoded);
  return value;
}

}  // namespace flowmesh::rpc
