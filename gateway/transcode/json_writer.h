#ifndef FLOWMESH_GATEWAY_TRANSCODE_JSON_WRITER_H_
#define FLOWMESH_GATEWAY_TRANSCODE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace flowmesh::transcode {

// Appends JSON to a string as it is told, without building a document. The caller nests calls correctly: a Key before
// each value of an object, each Begin with its End. The output is valid UTF-8 whatever the input: every maximal piece
// of an invalid sequence becomes U+FFFD. Not thread-safe.
class JsonWriter {
 public:
  // `indent`: blanks per level, one member or element a line; 0 = compact, one line. `out` outlives the writer.
  JsonWriter(int indent, std::string* out) : indent_(indent), out_(out) {}

  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  void Key(std::string_view key);

  void Null() { Raw("null"); }
  void Bool(bool value) { Raw(value ? "true" : "false"); }
  void Int(int64_t value);
  // ProtoJSON writes 64-bit integers as strings: readers that hold numbers as doubles would round them.
  void QuotedInt(int64_t value);
  void QuotedUint(uint64_t value);
  void Uint(uint64_t value);
  // Shortest form that reads back; "NaN", "Infinity" and "-Infinity" as strings.
  void Real(double value);
  void Real(float value);
  // Escapes what RFC 8259 demands, and U+2028 and U+2029, which end a line in JavaScript.
  void String(std::string_view text);
  void Base64(std::string_view bytes);

 private:
  void Begin(char bracket);
  void End(char bracket);
  void Raw(std::string_view text);
  void BeforeValue();
  void NewLine();
  template <typename Float>
  void RealOf(Float value);

  const int indent_;
  std::string* const out_;
  int depth_ = 0;
  bool first_ = true;       // in the innermost container
  bool after_key_ = false;  // the next value stands beside its key
};

// The text in double quotes, escaped as JsonWriter::String does.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_JSON_WRITER_H_
