#ifndef FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_FROM_JSON_H_
#define FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_FROM_JSON_H_

#include <functional>
#include <string_view>

#include "gateway/transcode/field_error.h"
#include "gateway/transcode/json_value.h"
#include "gateway/transcode/type_resolver.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace flowmesh::transcode {

// Supplies the type of an Any whose JSON has no "@type". Called with the message that holds the Any, the field, and the
// JSON object that the message came from (for FieldFromJson of an Any: the Any's own JSON); all fields of the message
// that are not Any have been converted already. Null = not known: the JSON is refused, except {} which is an empty Any.
// google.protobuf.Any itself = not known here, but to the receiver: the Any gets no type, and kUntypedContent as value
// unless the JSON is {}, so that no receiver takes it for one that was not sent.
using InferAnyType = std::function<const google::protobuf::Descriptor*(
    const google::protobuf::Message& parent, const google::protobuf::FieldDescriptor& any_field,
    JsonValue parent_object)>;

inline constexpr char kUntypedContent[] = "untyped";

struct ParseOptions {
  const TypeResolver* types = nullptr;  // null = CompiledTypes(); must also know what infer_any_type returns
  InferAnyType infer_any_type;
};

// Messages inside one another, counted as they travel (a map entry is one, each JSON object in a Struct costs three):
// more than this no receiver parses. The content of an Any counts from zero.
inline constexpr int kMaxMessageDepth = 100;

// ProtoJSON (https://protobuf.dev/programming-guides/json/), read strictly:
// - field names in snake_case or by json_name; an unknown name, or one field under both names, is an error;
// - null leaves a field unset, is a value for Value and NullValue, and is an error inside lists and maps and at the
// top;
// - booleans are never quoted; integers are JSON numbers or quoted ones, exact, 1.0 and 1e3 included; reals may be
// quoted
//   too, "NaN", "Infinity" and "-Infinity" with them; enums are a known name or known number; bytes are either base64;
// - at most one member of a oneof; map keys differ after they are parsed;
// - FieldMask paths in snake_case or lowerCamel; Any by "@type", its type known here.
// Extensions of proto2 messages are unknown fields.
// The message is expected empty, or to hold only fields that the JSON must not repeat: lists grow, a oneof that is set
// already refuses another member. After an error its content is unspecified. Thread-safe for different messages.
FieldErrors MessageFromJson(JsonValue json, google::protobuf::Message* message, const ParseOptions& options = {});

// The same for one field of the message: `json` is the field's value, and may be an array for a list, an object for a
// map.
FieldErrors FieldFromJson(JsonValue json, const google::protobuf::FieldDescriptor& field,
                          google::protobuf::Message* message, const ParseOptions& options = {});

// The same for a value that is text because it did not come as JSON (query and path parameters): true and false,
// numbers, enum names and numbers, and everything that is a string in JSON. A list grows by one element. UTF-8 is not
// checked here.
FieldErrors FieldFromText(std::string_view text, const google::protobuf::FieldDescriptor& field,
                          google::protobuf::Message* message);
// One entry of a map field. The caller sees to it that a key comes once.
FieldErrors MapEntryFromText(std::string_view key, std::string_view text,
                             const google::protobuf::FieldDescriptor& field, google::protobuf::Message* message);

// By proto name or json_name; null when there is none.
const google::protobuf::FieldDescriptor* FindFieldByEitherName(const google::protobuf::Descriptor& type,
                                                               std::string_view name);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_FROM_JSON_H_
