#ifndef FLOWMESH_GATEWAY_TRANSCODE_JSON_CONVERTER_H_
#define FLOWMESH_GATEWAY_TRANSCODE_JSON_CONVERTER_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "gateway/transcode/field_error.h"
#include "gateway/transcode/json_value.h"
#include "gateway/transcode/message_from_json.h"

namespace flowmesh::transcode {

// The work behind message_from_json.h; not for other users. Recursion is bounded by kMaxMessageDepth inside a message
// and by the depth of the document from one Any to the next.
class JsonConverter {
 public:
  // Where an Any stands, for InferAnyType.
  struct AnySite {
    const google::protobuf::Message& parent;
    const google::protobuf::FieldDescriptor& field;
    JsonValue parent_object;
  };

  // `values_are_text`: strings stand for booleans and enum numbers too. All references outlive the converter.
  JsonConverter(const ParseOptions& options, bool values_are_text, FieldErrors* errors);

  // json_converter.cc: by kind of field.
  void ConvertMessage(JsonValue json, const FieldPath& path, google::protobuf::Message* message,
                      const AnySite* site = nullptr);
  void ConvertField(JsonValue json, const FieldPath& path, const google::protobuf::FieldDescriptor& field,
                    google::protobuf::Message* message, const AnySite* site = nullptr);
  void ConvertMapEntry(std::string_view key, JsonValue json, const FieldPath& path,
                       const google::protobuf::FieldDescriptor& field, google::protobuf::Message* message,
                       const AnySite* site, std::string* canonical_key);

  // Reports the required fields (proto2) that are missing anywhere in the message.
  void RequireInitialized(const FieldPath& path, const google::protobuf::Message& message);

 private:
  void ConvertMembers(JsonValue json, const FieldPath& path, google::protobuf::Message* message, bool skip_type);
  void ConvertList(JsonValue json, const FieldPath& path, const google::protobuf::FieldDescriptor& field,
                   google::protobuf::Message* message, const AnySite* site);
  void ConvertMap(JsonValue json, const FieldPath& path, const google::protobuf::FieldDescriptor& field,
                  google::protobuf::Message* message, const AnySite* site);
  // Sets a singular field, or appends to a list.
  void ConvertSingle(JsonValue json, const FieldPath& path, const google::protobuf::FieldDescriptor& field,
                     google::protobuf::Message* message, const AnySite* site);
  bool OneofIsFree(const FieldPath& path, const google::protobuf::FieldDescriptor& field,
                   const google::protobuf::Message& message);

  // scalar_from_json.cc
  void ConvertScalar(JsonValue json, const FieldPath& path, const google::protobuf::FieldDescriptor& field,
                     google::protobuf::Message* message);
  bool ReadBool(JsonValue json, const FieldPath& path, bool* value);
  bool ReadText(JsonValue json, const FieldPath& path, bool bytes, std::string* value);
  bool ReadEnum(JsonValue json, const FieldPath& path, const google::protobuf::EnumDescriptor& type, int* value);
  template <typename Integer>
  bool ReadInteger(JsonValue json, const FieldPath& path, Integer* value);
  template <typename Real>
  bool ReadReal(JsonValue json, const FieldPath& path, Real* value);

  // well_known_from_json.cc: false when the type has no JSON form of its own.
  bool ConvertWellKnown(JsonValue json, const FieldPath& path, google::protobuf::Message* message, const AnySite* site);
  void ConvertTime(JsonValue json, const FieldPath& path, google::protobuf::Message* message, bool duration);
  void ConvertFieldMask(JsonValue json, const FieldPath& path, google::protobuf::Message* message);
  void ConvertValue(JsonValue json, const FieldPath& path, google::protobuf::Message* message);
  void ConvertAny(JsonValue json, const FieldPath& path, google::protobuf::Message* any, const AnySite* site);
  void ConvertTypedAny(JsonValue json, JsonValue url, const FieldPath& path, google::protobuf::Message* any);
  void ConvertAnyContent(JsonValue json, const FieldPath& path, const google::protobuf::Descriptor& type,
                         const std::string& url, bool skip_type, google::protobuf::Message* any);

  // Reports "expected <what>, got <the value>".
  void Expected(std::string_view what, JsonValue json, const FieldPath& path);

  const TypeResolver& types_;
  const InferAnyType& infer_any_type_;
  const bool values_are_text_;
  FieldErrors* const errors_;
  int depth_ = 0;
};

// Types whose JSON is not an object of their fields: Any wraps them as {"@type": ..., "value": ...}.
bool HasOwnJsonForm(const google::protobuf::Descriptor& type);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_JSON_CONVERTER_H_
