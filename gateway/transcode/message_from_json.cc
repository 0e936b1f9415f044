#include "gateway/transcode/message_from_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "gateway/transcode/json_converter.h"

namespace flowmesh::transcode {

namespace pb = google::protobuf;

FieldErrors MessageFromJson(JsonValue json, pb::Message* message, const ParseOptions& options) {
  FieldErrors errors;
  JsonConverter converter(options, false, &errors);
  converter.ConvertMessage(json, FieldPath(), message);
  if (errors.ok()) converter.RequireInitialized(FieldPath(), *message);
  return errors;
}

FieldErrors FieldFromJson(JsonValue json, const pb::FieldDescriptor& field, pb::Message* message,
                          const ParseOptions& options) {
  FieldErrors errors;
  const FieldPath root;
  const JsonConverter::AnySite site{*message, field, json};
  JsonConverter(options, false, &errors).ConvertField(json, root.Field(field.name()), field, message, &site);
  return errors;
}

FieldErrors FieldFromText(std::string_view text, const pb::FieldDescriptor& field, pb::Message* message) {
  FieldErrors errors;
  const FieldPath root;
  const ParseOptions options;
  const JsonDocument document = JsonDocument::OfString(std::string(text));
  JsonConverter(options, true, &errors).ConvertField(document.root(), root.Field(field.name()), field, message);
  return errors;
}

FieldErrors MapEntryFromText(std::string_view key, std::string_view text, const pb::FieldDescriptor& field,
                             pb::Message* message) {
  FieldErrors errors;
  const FieldPath root;
  const FieldPath map = root.Field(field.name());
  const ParseOptions options;
  const JsonDocument document = JsonDocument::OfString(std::string(text));
  JsonConverter(options, true, &errors)
      .ConvertMapEntry(key, document.root(), map.Key(key), field, message, nullptr, nullptr);
  return errors;
}

const pb::FieldDescriptor* FindFieldByEitherName(const pb::Descriptor& type, std::string_view name) {
  const std::string key(name);
  if (const pb::FieldDescriptor* field = type.FindFieldByName(key)) return field;
  const pb::FieldDescriptor* camel = type.FindFieldByCamelcaseName(key);
  if (camel != nullptr && camel->json_name() == key) return camel;
  for (int i = 0; i < type.field_count(); ++i) {  // a json_name of its own
    if (type.field(i)->json_name() == key) return type.field(i);
  }
  return nullptr;
}

}  // namespace flowmesh::transcode
