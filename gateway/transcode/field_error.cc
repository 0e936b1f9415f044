#include "gateway/transcode/field_error.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::transcode {
namespace {

constexpr size_t kMaxExcerptBytes = 40;

}  // namespace

std::string Excerpt(std::string_view text) {
  size_t size = text.size();
  if (size > kMaxExcerptBytes) {
    size = kMaxExcerptBytes;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  }
  std::string quoted = "\"";
  for (const char c : text.substr(0, size)) {
    const auto byte = static_cast<unsigned char>(c);
    quoted += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  if (size < text.size()) quoted += "...";
  return quoted + "\"";
}

std::string FieldPath::ToString() const {
  std::string out;
  AppendTo(&out);
  return out;
}

void FieldPath::AppendTo(std::string* out) const {
  if (parent_ != nullptr) parent_->AppendTo(out);
  switch (kind_) {
    case Kind::kRoot:
      return;
    case Kind::kField: {
      if (!out->empty()) *out += '.';
      // A name that is not a field's own comes from the sender and may be anything.
      const std::string quoted = Excerpt(name_);
      out->append(quoted, 1, quoted.size() - 2);
      return;
    }
    case Kind::kIndex:
      absl::StrAppend(out, "[", index_, "]");
      return;
    case Kind::kKey:
      absl::StrAppend(out, "[", Excerpt(name_), "]");
      return;
  }
}

void FieldErrors::Add(const FieldPath& path, std::string message) {
  if (!full()) errors_.push_back({path.ToString(), std::move(message)});
}

absl::Status FieldErrors::ToStatus() const {
  if (ok()) return absl::OkStatus();
  std::string text;
  for (const FieldError& error : errors_) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", error.path, error.path.empty() ? "" : ": ", error.message);
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace flowmesh::transcode
