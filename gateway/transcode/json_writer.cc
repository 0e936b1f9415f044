#include "gateway/transcode/json_writer.h"

#include <charconv>
#include <cmath>

#include "gateway/transcode/base64.h"
#include "gateway/transcode/json_number.h"

namespace flowmesh::transcode {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD

struct Sequence {
  size_t size = 1;
  bool valid = false;
};

// The sequence at the start of the text, which begins with a byte of 0x80 or more: its size if it is valid, otherwise
// the size of its longest prefix that some valid sequence begins with (Unicode 15, table 3-7 and "maximal subparts").
Sequence NextSequence(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0xC2 || lead > 0xF4) return {};
  const size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t i = 1; i < size; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {size, true};
}

void AppendEscape(unsigned char c, std::string* out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\b':
      *out += "\\b";
      return;
    case '\f':
      *out += "\\f";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      *out += "\\u00";
      *out += kHex[c >> 4];
      *out += kHex[c & 0xF];
  }
}

bool IsPlain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; }

}  // namespace

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && IsPlain(static_cast<unsigned char>(text[plain]))) ++plain;
    out->append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto c = static_cast<unsigned char>(text.front());
    if (c < 0x80) {
      AppendEscape(c, out);
      text.remove_prefix(1);
      continue;
    }
    const Sequence sequence = NextSequence(text);
    const std::string_view bytes = text.substr(0, sequence.size);
    if (!sequence.valid) {
      *out += kReplacement;
    } else if (bytes == "\u2028") {
      *out += "\\u2028";
    } else if (bytes == "\u2029") {
      *out += "\\u2029";
    } else {
      out->append(bytes);
    }
    text.remove_prefix(sequence.size);
  }
  *out += '"';
}

void JsonWriter::Key(std::string_view key) {
  if (!first_) *out_ += ',';
  first_ = false;
  NewLine();
  AppendJsonString(key, out_);
  *out_ += ':';
  if (indent_ > 0) *out_ += ' ';
  after_key_ = true;
}

void JsonWriter::Int(int64_t value) {
  char digits[24];
  Raw({digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof(digits), value).ptr - digits)});
}

void JsonWriter::Uint(uint64_t value) {
  char digits[24];
  Raw({digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof(digits), value).ptr - digits)});
}

void JsonWriter::QuotedInt(int64_t value) {
  Raw("\"");
  *out_ += std::to_string(value);
  *out_ += '"';
}

void JsonWriter::QuotedUint(uint64_t value) {
  Raw("\"");
  *out_ += std::to_string(value);
  *out_ += '"';
}

template <typename Float>
void JsonWriter::RealOf(Float value) {
  if (std::isnan(value)) {
    Raw("\"NaN\"");
  } else if (std::isinf(value)) {
    Raw(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
  } else {
    Raw("");
    AppendReal(value, out_);
  }
}

void JsonWriter::Real(double value) { RealOf(value); }

void JsonWriter::Real(float value) { RealOf(value); }

void JsonWriter::String(std::string_view text) {
  BeforeValue();
  AppendJsonString(text, out_);
}

void JsonWriter::Base64(std::string_view bytes) {
  Raw("\"");
  AppendBase64(bytes, out_);
  *out_ += '"';
}

void JsonWriter::Raw(std::string_view text) {
  BeforeValue();
  out_->append(text);
}

void JsonWriter::Begin(char bracket) {
  BeforeValue();
  *out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::End(char bracket) {
  --depth_;
  if (!first_) NewLine();
  *out_ += bracket;
  first_ = false;
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) *out_ += ',';
  first_ = false;
  NewLine();
}

void JsonWriter::NewLine() {
  if (indent_ == 0) return;
  *out_ += '\n';
  out_->append(static_cast<size_t>(indent_) * static_cast<size_t>(depth_), ' ');
}

}  // namespace flowmesh::transcode
