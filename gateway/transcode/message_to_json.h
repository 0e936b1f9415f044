#ifndef FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_TO_JSON_H_
#define FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_TO_JSON_H_

#include <string>

#include "gateway/transcode/type_resolver.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace flowmesh::transcode {

struct PrintOptions {
  int indent = 0;                       // blanks per level; 0 = one line
  const TypeResolver* types = nullptr;  // for the content of Any; null = CompiledTypes()
};

// Messages inside one another, those inside an Any included; what lies deeper is printed as {"@bytes": "<base64>"}.
inline constexpr int kMaxPrintDepth = 256;

// ProtoJSON with every field printed, in the order of declaration, under its proto name:
// - zero, empty and false as such; an unset message or optional field as null; unset oneof members left out;
// - 64-bit integers as strings; enums by bare name, a number without a name as number; bytes in standard base64;
// - Timestamp and Duration with 0, 3, 6 or 9 digits; one that is out of range as the object of its fields;
// - FieldMask paths in lowerCamel where that reads back; wrappers, Struct, Value and ListValue natively;
// - an Any as its content with "@type" first ("value" beside it for types with a JSON form of their own); {} when it is
//   empty; {"@type": "...", "@bytes": "<base64>"} when the type is unknown or the bytes do not parse;
// - map entries in the order of their keys (numbers by value, text by bytes);
// - text that is not UTF-8 with U+FFFD in the bad places.
// The same message gives the same text in every process. Never fails; extensions and unknown fields are not printed.
// Thread-safe for messages that nobody changes meanwhile.
void AppendMessageJson(const google::protobuf::Message& message, const PrintOptions& options, std::string* out);
std::string MessageToJson(const google::protobuf::Message& message, const PrintOptions& options = {});

// The value of one field alone, printed as it would be inside the message (null for an unset oneof member).
void AppendFieldJson(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                     const PrintOptions& options, std::string* out);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_TO_JSON_H_
