#include "gateway/transcode/json_reader.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/transcode/field_error.h"

namespace flowmesh::transcode {
namespace {

using boost::json::error_code;
using Text = boost::json::string_view;

// Turns parser events into nodes. A refusal sets `refusal` and stops the parser with an arbitrary error code.
struct DocumentHandler {
  static constexpr size_t max_array_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_object_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_string_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_key_size = std::numeric_limits<size_t>::max();

  explicit DocumentHandler(size_t limit) : max_values(limit) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code& code) { return Open(JsonKind::kArray, code); }
  bool on_array_end(size_t size, error_code&) {
    Close(size);
    return true;
  }
  bool on_object_begin(error_code& code) { return Open(JsonKind::kObject, code); }
  bool on_object_end(size_t size, error_code& code) {
    const uint32_t object = open.back();
    Close(size);
    return KeysDiffer(object, code);
  }
  bool on_string_part(Text part, size_t, error_code&) { return Append(part); }
  bool on_string(Text part, size_t, error_code& code) { return Append(part) && Leaf(JsonKind::kString, code); }
  bool on_key_part(Text part, size_t, error_code&) { return Append(part); }
  bool on_key(Text part, size_t, error_code& code) { return Append(part) && Leaf(JsonKind::kString, code); }
  bool on_number_part(Text part, error_code&) { return Append(part); }
  bool on_int64(int64_t, Text part, error_code& code) { return Append(part) && Leaf(JsonKind::kNumber, code); }
  bool on_uint64(uint64_t, Text part, error_code& code) { return Append(part) && Leaf(JsonKind::kNumber, code); }
  bool on_double(double, Text part, error_code& code) { return Append(part) && Leaf(JsonKind::kNumber, code); }
  bool on_bool(bool value, error_code& code) {
    if (!Leaf(JsonKind::kBool, code)) return false;
    nodes.back().boolean = value;
    return true;
  }
  bool on_null(error_code& code) { return Leaf(JsonKind::kNull, code); }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

  bool Refuse(std::string why, error_code& code) {
    refusal = std::move(why);
    code = boost::json::error::input_error;
    return false;
  }

  bool Append(Text part) {
    text.append(part.data(), part.size());
    return true;
  }

  bool Leaf(JsonKind kind, error_code& code) {
    if (nodes.size() >= max_values) return Refuse(absl::StrCat("more than ", max_values, " values"), code);
    JsonDocument::Node& node = nodes.emplace_back();
    node.kind = kind;
    node.text_begin = static_cast<uint32_t>(text_begin);
    node.text_size = static_cast<uint32_t>(text.size() - text_begin);
    node.end = static_cast<uint32_t>(nodes.size());
    text_begin = text.size();
    return true;
  }

  bool Open(JsonKind kind, error_code& code) {
    if (!Leaf(kind, code)) return false;
    open.push_back(static_cast<uint32_t>(nodes.size() - 1));
    return true;
  }

  void Close(size_t size) {
    JsonDocument::Node& node = nodes[open.back()];
    node.end = static_cast<uint32_t>(nodes.size());
    node.size = static_cast<uint32_t>(size);
    open.pop_back();
  }

  // Sorting views of the keys keeps a hostile object with very many keys at n log n.
  bool KeysDiffer(uint32_t object, error_code& code) {
    keys.clear();
    for (uint32_t key = object + 1; key < nodes[object].end; key = nodes[key + 1].end) {
      keys.push_back(std::string_view(text).substr(nodes[key].text_begin, nodes[key].text_size));
    }
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return true;
    return Refuse(absl::StrCat("the key ", Excerpt(*twice), " appears twice in the object that ends here"), code);
  }

  const size_t max_values;
  std::vector<JsonDocument::Node> nodes;
  std::vector<uint32_t> open;
  std::vector<std::string_view> keys;
  std::string text;
  size_t text_begin = 0;
  std::string refusal;
};

std::string Place(std::string_view text, size_t offset) {
  size_t line = 1;
  size_t column = 1;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++column;  // continuation bytes belong to the character before
    }
  }
  return absl::StrCat("line ", line, ", column ", column, ": ");
}

constexpr char kLoneSurrogate[] = "an escaped surrogate needs its other half";

bool EndsWithHighSurrogate(std::string_view text) {
  if (text.size() < 6) return false;
  const std::string_view escape = text.substr(text.size() - 6);
  return escape.substr(0, 2) == "\\u" && (escape[2] | 0x20) == 'd' && std::string_view("89abAB").find(escape[3]) < 6;
}

std::string SyntaxSentence(std::string_view text, size_t offset) {
  if (offset >= text.size()) return "the text ends too early";
  if (EndsWithHighSurrogate(text.substr(0, offset))) return kLoneSurrogate;
  const auto c = static_cast<unsigned char>(text[offset]);
  if (c == 0xEF && offset == 0) return "the text must not start with a byte order mark";
  if (c >= 0x80) return "not valid UTF-8, or text outside a string";
  if (c == '\'') return "strings and keys are written in double quotes";
  if (c == '/' || c == '#') return "comments are not allowed";
  if (c == ']' || c == '}') return "a value or key is missing here (no comma before the closing bracket)";
  if (c < 0x20) return "a control character must be written as an escape inside a string";
  if (c >= '0' && c <= '9') return "a number is not written like this (no leading zeros)";
  return absl::StrCat("unexpected ", Excerpt(text.substr(offset, 1)));
}

std::string Sentence(error_code code, std::string_view text, size_t offset) {
  using boost::json::error;
  if (code == error::incomplete) return "the text ends too early";
  if (code == error::extra_data) return "nothing may follow the JSON value";
  if (code == error::too_deep) return "nested too deeply";
  if (code == error::exponent_overflow) return "the exponent of this number is too large";
  if (code == error::illegal_leading_surrogate || code == error::illegal_trailing_surrogate ||
      code == error::expected_utf16_escape) {
    return kLoneSurrogate;
  }
  if (code == error::expected_hex_digit) return "\\u needs four hexadecimal digits";
  return SyntaxSentence(text, offset);
}

}  // namespace

absl::StatusOr<JsonDocument> ParseJson(std::string_view text, const JsonLimits& limits) {
  // Offsets into the document are 32 bits wide.
  const size_t max_bytes = std::min<size_t>(limits.max_bytes, std::numeric_limits<uint32_t>::max());
  if (text.size() > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat("the JSON text has ", text.size(), " bytes; at most ", max_bytes));
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return absl::InvalidArgumentError("the text is empty; a JSON value is expected");
  }
  boost::json::parse_options options;
  options.max_depth = limits.max_depth;
  boost::json::basic_parser<DocumentHandler> parser(options, std::min<size_t>(limits.max_values, uint32_t{1} << 31));
  DocumentHandler& handler = parser.handler();
  error_code code;
  const size_t used = parser.write_some(false, text.data(), text.size(), code);
  if (!code && used < text.size()) code = boost::json::error::extra_data;
  if (!code) return JsonDocument(std::move(handler.nodes), std::move(handler.text));
  const std::string sentence = handler.refusal.empty() ? Sentence(code, text, used) : handler.refusal;
  return absl::InvalidArgumentError(absl::StrCat(Place(text, used), sentence));
}

}  // namespace flowmesh::transcode
