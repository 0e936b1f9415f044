#include "server/rpc/artifacts/artifact_header.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/base/error.h"

namespace flowmesh::rpc {
namespace {

constexpr size_t kDigestDigits = 64;
constexpr char kNoDigest[] = "must be a SHA-256 in 64 lower-case hex digits, or empty";

// The code point that begins at `at`, which is moved behind it. The text is UTF-8: protobuf has seen to that.
uint32_t NextCodePoint(absl::string_view text, size_t* at) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(*at);
  const size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  uint32_t point = length == 1 ? first : first & (0x7fU >> length);
  for (size_t i = 1; i < length; ++i) point = (point << 6) | (byte(*at + i) & 0x3fU);
  *at += length;
  return point;
}

// Controls of ASCII and Latin-1, line and paragraph separators, and what turns the direction of writing: with these a
// name can look like another one.
bool IsControl(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x2028 && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0x200e || point == 0x200f;
}

std::string CheckName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes) return "must have 1 to 255 bytes";
  if (name == "." || name == "..") return "must be a name, not a place in a path";
  for (size_t at = 0; at < name.size();) {
    const uint32_t point = NextCodePoint(name, &at);
    if (point == '/' || point == '\\') return "must not hold a path separator (/ or \\)";
    if (IsControl(point)) return "must not hold control characters";
  }
  return "";
}

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("!#$%&'*+-.^_`|~", c);
}

// Takes a token off the front.
bool TakeToken(absl::string_view* text) {
  const size_t length =
      static_cast<size_t>(std::find_if_not(text->begin(), text->end(), IsTokenCharacter) - text->begin());
  text->remove_prefix(length);
  return length > 0;
}

bool Take(char c, absl::string_view* text) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

bool TakeQuoted(absl::string_view* text) {
  if (!Take('"', text)) return false;
  while (!text->empty() && text->front() != '"') text->remove_prefix(text->front() == '\\' && text->size() > 1 ? 2 : 1);
  return Take('"', text);
}

bool IsMediaType(absl::string_view text) {
  const auto visible = [](char c) { return c >= ' ' && c <= '~'; };
  if (text.size() > kMaxMediaTypeBytes || !std::all_of(text.begin(), text.end(), visible)) return false;
  if (!TakeToken(&text) || !Take('/', &text) || !TakeToken(&text)) return false;
  while (!text.empty()) {
    while (Take(' ', &text)) {
    }
    if (!Take(';', &text)) return false;
    while (Take(' ', &text)) {
    }
    if (!TakeToken(&text) || !Take('=', &text)) return false;
    if (!TakeToken(&text) && !TakeQuoted(&text)) return false;
  }
  return true;
}

bool IsDigest(absl::string_view text) {
  const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == kDigestDigits && std::all_of(text.begin(), text.end(), hex);
}

}  // namespace

absl::StatusOr<std::string> ReadDigest(const std::string& text, const std::string& field) {
  if (text.empty() || IsDigest(text)) return absl::HexStringToBytes(text);
  base::FieldViolations violations;
  violations.Add(field, kNoDigest);
  return violations.ToStatus();
}

absl::StatusOr<store::ArtifactRow> ReadHeader(const v1::WriteArtifactRequest::Header& header) {
  base::FieldViolations violations;
  store::ArtifactRow row;
  if (!header.execution_id().empty()) {
    const absl::StatusOr<store::Id> id = store::Id::Parse(header.execution_id());
    if (id.ok()) {
      row.execution_id = *id;
    } else {
      violations.Add("header.execution_id", "must be an execution's id, or empty for an upload of your own");
    }
    if (header.task() < 0) violations.Add("header.task", "must be the number of a task, from 0 on");
    if (header.attempt() < 1)
      violations.Add("header.attempt", "must be the attempt of the task that writes, from 1 on");
  } else if (header.task() != 0 || header.attempt() != 0) {
    violations.Add("header.execution_id", "must name the execution of the task that writes");
  }
  if (std::string wrong = CheckName(header.name()); !wrong.empty()) violations.Add("header.name", std::move(wrong));
  row.media_type = header.media_type().empty() ? kDefaultMediaType : header.media_type();
  if (!IsMediaType(row.media_type)) {
    violations.Add("header.media_type", "must be a media type of up to 255 characters, as in audio/ogg; codecs=opus");
  }
  if (!header.digest().empty() && !IsDigest(header.digest())) {
    violations.Add("header.digest", kNoDigest);
  }
  if (!violations.empty()) return violations.ToStatus();
  row.task = header.task();
  row.attempt = header.attempt();
  row.name = header.name();
  row.digest = absl::HexStringToBytes(header.digest());
  return row;
}

}  // namespace flowmesh::rpc
