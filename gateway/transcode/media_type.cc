#include "gateway/transcode/media_type.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace flowmesh::transcode {
namespace {

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  void SkipBlanks() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
  }
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool TakeToken(std::string* token) {
    size_t size = 0;
    while (size < rest_.size() && IsTokenCharacter(rest_[size])) ++size;
    *token = std::string(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return size > 0;
  }
  bool TakeValue(std::string* value) {
    if (!Take('"')) return TakeToken(value);
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c == '\\' && rest_.empty()) return false;
      *value += c == '\\' ? rest_.front() : c;
      if (c == '\\') rest_.remove_prefix(1);
    }
    return false;
  }

 private:
  std::string_view rest_;
};

}  // namespace

absl::StatusOr<MediaType> ParseMediaType(std::string_view text) {
  const absl::Status malformed = absl::InvalidArgumentError("not a media type");
  MediaType read;
  Reader reader(text);
  reader.SkipBlanks();
  if (!reader.TakeToken(&read.type) || !reader.Take('/') || !reader.TakeToken(&read.subtype)) return malformed;
  absl::AsciiStrToLower(&read.type);
  absl::AsciiStrToLower(&read.subtype);
  while (true) {
    reader.SkipBlanks();
    if (reader.done()) return read;
    if (!reader.Take(';')) return malformed;
    reader.SkipBlanks();
    if (reader.done()) return read;  // a last `;` with nothing behind it is allowed
    std::string name, value;
    if (!reader.TakeToken(&name) || !reader.Take('=') || !reader.TakeValue(&value)) return malformed;
    if (!read.parameters.emplace(absl::AsciiStrToLower(name), std::move(value)).second) return malformed;
  }
}

bool IsUtf8Charset(const MediaType& media_type) {
  const auto charset = media_type.parameters.find("charset");
  return charset == media_type.parameters.end() || absl::EqualsIgnoreCase(charset->second, "utf-8");
}

}  // namespace flowmesh::transcode
