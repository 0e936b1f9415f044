#include "gateway/transcode/json_converter.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/map_order.h"
#include "gateway/transcode/message_types.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

constexpr int kMaxNamesInMessage = 12;

bool IsAny(const pb::FieldDescriptor& field) {
  const pb::Descriptor* type = field.message_type();
  if (type != nullptr && field.is_map()) type = type->map_value()->message_type();
  return type != nullptr && type->well_known_type() == pb::Descriptor::WELLKNOWNTYPE_ANY;
}

bool NullIsValue(const pb::FieldDescriptor& field) {
  if (field.enum_type() != nullptr) return field.enum_type()->full_name() == "google.protobuf.NullValue";
  return field.message_type() != nullptr &&
         field.message_type()->well_known_type() == pb::Descriptor::WELLKNOWNTYPE_VALUE;
}

std::string FieldNames(const pb::Descriptor& type) {
  std::string names;
  for (int i = 0; i < type.field_count() && i < kMaxNamesInMessage; ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ", ", type.field(i)->name());
  }
  if (type.field_count() > kMaxNamesInMessage) names += ", ...";
  return names.empty() ? absl::StrCat(type.name(), " has no fields") : absl::StrCat(type.name(), " has ", names);
}

std::string CanonicalKey(const pb::Message& entry, const pb::FieldDescriptor& key) {
  const pb::Reflection& reflection = *entry.GetReflection();
  switch (key.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(entry, &key));
    case pb::FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(entry, &key));
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(entry, &key));
    case pb::FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(entry, &key));
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(entry, &key) ? "true" : "false";
    default:
      return reflection.GetString(entry, &key);
  }
}

}  // namespace

JsonConverter::JsonConverter(const ParseOptions& options, bool values_are_text, FieldErrors* errors)
    : types_(options.types != nullptr ? *options.types : CompiledTypes()),
      infer_any_type_(options.infer_any_type),
      values_are_text_(values_are_text),
      errors_(errors) {}

void JsonConverter::ConvertMessage(JsonValue json, const FieldPath& path, pb::Message* message, const AnySite* site) {
  if (errors_->full()) return;
  if (depth_ > kMaxMessageDepth) {
    errors_->Add(path, absl::StrCat("nested deeper than ", kMaxMessageDepth, " messages"));
    return;
  }
  ++depth_;
  if (!ConvertWellKnown(json, path, message, site)) {
    if (json.kind() == JsonKind::kObject) {
      ConvertMembers(json, path, message, false);
    } else {
      Expected(absl::StrCat("an object (", message->GetDescriptor()->name(), ")"), json, path);
    }
  }
  --depth_;
}

void JsonConverter::ConvertMembers(JsonValue json, const FieldPath& path, pb::Message* message, bool skip_type) {
  const pb::Descriptor& type = *message->GetDescriptor();
  std::vector<bool> seen(static_cast<size_t>(type.field_count()));
  std::vector<std::pair<const pb::FieldDescriptor*, JsonValue>> anys;
  for (const JsonMember member : json.members()) {
    if (errors_->full()) return;
    if (skip_type && member.key == "@type") continue;
    const pb::FieldDescriptor* field = FindFieldByEitherName(type, member.key);
    if (field == nullptr) {
      errors_->Add(path.Field(member.key), absl::StrCat("unknown field; ", FieldNames(type)));
      continue;
    }
    if (seen[static_cast<size_t>(field->index())]) {
      errors_->Add(path.Field(field->name()),
                   absl::StrCat("sent twice, as ", field->name(), " and as ", field->json_name(), "; send one"));
      continue;
    }
    seen[static_cast<size_t>(field->index())] = true;
    if (IsAny(*field)) {
      anys.emplace_back(field, member.value);  // last, because their type may depend on the fields beside them
    } else {
      ConvertField(member.value, path.Field(field->name()), *field, message);
    }
  }
  for (const auto& [field, value] : anys) {
    const AnySite site{*message, *field, json};
    ConvertField(value, path.Field(field->name()), *field, message, &site);
  }
}

void JsonConverter::ConvertField(JsonValue json, const FieldPath& path, const pb::FieldDescriptor& field,
                                 pb::Message* message, const AnySite* site) {
  if (json.is_null() && (field.is_repeated() || !NullIsValue(field))) {
    return;
  }
  if (!OneofIsFree(path, field, *message)) return;
  if (field.is_map()) {
    ConvertMap(json, path, field, message, site);
  } else if (field.is_repeated() && !values_are_text_) {
    ConvertList(json, path, field, message, site);
  } else {
    ConvertSingle(json, path, field, message, site);
  }
}

bool JsonConverter::OneofIsFree(const FieldPath& path, const pb::FieldDescriptor& field, const pb::Message& message) {
  const pb::OneofDescriptor* oneof = field.real_containing_oneof();
  if (oneof == nullptr) return true;
  const pb::FieldDescriptor* other = message.GetReflection()->GetOneofFieldDescriptor(message, oneof);
  if (other == nullptr || other == &field) return true;
  errors_->Add(path, absl::StrCat("cannot be sent together with ", other->name(), "; send one of them"));
  return false;
}

void JsonConverter::ConvertSingle(JsonValue json, const FieldPath& path, const pb::FieldDescriptor& field,
                                  pb::Message* message, const AnySite* site) {
  if (field.cpp_type() != pb::FieldDescriptor::CPPTYPE_MESSAGE) {
    ConvertScalar(json, path, field, message);
    return;
  }
  const pb::Reflection& reflection = *message->GetReflection();
  pb::Message* child =
      field.is_repeated() ? reflection.AddMessage(message, &field) : reflection.MutableMessage(message, &field);
  ConvertMessage(json, path, child, site);
}

void JsonConverter::ConvertList(JsonValue json, const FieldPath& path, const pb::FieldDescriptor& field,
                                pb::Message* message, const AnySite* site) {
  if (json.kind() != JsonKind::kArray) {
    Expected("an array", json, path);
    return;
  }
  size_t index = 0;
  for (const JsonValue element : json.elements()) {
    if (errors_->full()) return;
    const FieldPath element_path = path.Index(index++);
    if (element.is_null() && !NullIsValue(field)) {
      errors_->Add(element_path, "null is not allowed in a list; leave the element out");
    } else {
      ConvertSingle(element, element_path, field, message, site);
    }
  }
}

void JsonConverter::ConvertMap(JsonValue json, const FieldPath& path, const pb::FieldDescriptor& field,
                               pb::Message* message, const AnySite* site) {
  if (json.kind() != JsonKind::kObject) {
    Expected("an object (a map)", json, path);
    return;
  }
  // The reader refused equal keys already; only keys that are not text can still meet.
  const bool keys_are_text = field.message_type()->map_key()->type() == pb::FieldDescriptor::TYPE_STRING;
  std::set<std::string> keys;
  for (const JsonMember member : json.members()) {
    if (errors_->full()) return;
    const FieldPath entry_path = path.Key(member.key);
    std::string key;
    ConvertMapEntry(member.key, member.value, entry_path, field, message, site, keys_are_text ? nullptr : &key);
    if (!key.empty() && !keys.insert(key).second) {
      errors_->Add(entry_path, absl::StrCat("the key ", key, " is there already in another spelling"));
    }
  }
  const bool dynamic = message->GetReflection()->GetMessageFactory() != pb::MessageFactory::generated_factory();
  if (dynamic) SortMapEntries(field, message);
}

void JsonConverter::ConvertMapEntry(std::string_view key, JsonValue json, const FieldPath& path,
                                    const pb::FieldDescriptor& field, pb::Message* message, const AnySite* site,
                                    std::string* canonical_key) {
  const pb::Descriptor& type = *field.message_type();
  if (json.is_null() && !NullIsValue(*type.map_value())) {
    errors_->Add(path, "null is not allowed in a map; leave the entry out");
    return;
  }
  pb::Message* entry = message->GetReflection()->AddMessage(message, &field);
  const size_t errors_before = errors_->errors().size();
  if (type.map_key()->type() == pb::FieldDescriptor::TYPE_STRING) {
    entry->GetReflection()->SetString(entry, type.map_key(), std::string(key));
  } else {
    const JsonDocument key_text = JsonDocument::OfString(std::string(key));
    JsonConverter(ParseOptions{}, true, errors_).ConvertScalar(key_text.root(), path, *type.map_key(), entry);
  }
  if (errors_->errors().size() != errors_before) return;
  if (canonical_key != nullptr) *canonical_key = CanonicalKey(*entry, *type.map_key());
  ++depth_;
  ConvertSingle(json, path, *type.map_value(), entry, site);
  --depth_;
}

void JsonConverter::RequireInitialized(const FieldPath& path, const pb::Message& message) {
  if (message.IsInitialized()) return;
  std::vector<std::string> missing;
  message.FindInitializationErrors(&missing);
  for (const std::string& name : missing) errors_->Add(path.Field(name), "required, but not sent");
}

void JsonConverter::Expected(std::string_view what, JsonValue json, const FieldPath& path) {
  std::string got;
  switch (json.kind()) {
    case JsonKind::kNull:
      got = "null";
      break;
    case JsonKind::kBool:
      got = json.boolean() ? "true" : "false";
      break;
    case JsonKind::kNumber: {
      const std::string quoted = Excerpt(json.text());
      got = quoted.substr(1, quoted.size() - 2);
      break;
    }
    case JsonKind::kString:
      got = Excerpt(json.text());
      break;
    case JsonKind::kArray:
      got = "an array";
      break;
    case JsonKind::kObject:
      got = "an object";
      break;
  }
  errors_->Add(path, absl::StrCat("expected ", std::string(what), ", got ", got));
}

}  // namespace flowmesh::transcode
