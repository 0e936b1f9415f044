#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/field_mask_text.h"
#include "gateway/transcode/json_converter.h"
#include "gateway/transcode/json_number.h"
#include "gateway/transcode/time_text.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

constexpr char kTypeUrlPrefix[] = "type.googleapis.com/";

// Field numbers of google/protobuf/{any,duration,timestamp,struct,field_mask,wrappers}.proto.
constexpr int kAnyTypeUrl = 1;
constexpr int kAnyValue = 2;
constexpr int kSeconds = 1;
constexpr int kNanos = 2;
constexpr int kNullValue = 1;
constexpr int kNumberValue = 2;
constexpr int kStringValue = 3;
constexpr int kBoolValue = 4;
constexpr int kStructValue = 5;
constexpr int kListValue = 6;
constexpr int kOnlyField = 1;  // of Struct, ListValue, FieldMask and the wrappers

const pb::FieldDescriptor& FieldOf(const pb::Message& message, int number) {
  return *message.GetDescriptor()->FindFieldByNumber(number);
}

// Maps come out in one order, so that equal content gives equal bytes.
std::string SerializeDeterministically(const pb::Message& message) {
  std::string bytes;
  {
    pb::io::StringOutputStream stream(&bytes);
    pb::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&output);
  }
  return bytes;
}

}  // namespace

bool HasOwnJsonForm(const pb::Descriptor& type) {
  return type.well_known_type() != pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

bool JsonConverter::ConvertWellKnown(JsonValue json, const FieldPath& path, pb::Message* message, const AnySite* site) {
  switch (message->GetDescriptor()->well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return false;
    case pb::Descriptor::WELLKNOWNTYPE_ANY:
      ConvertAny(json, path, message, site);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      ConvertTime(json, path, message, false);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_DURATION:
      ConvertTime(json, path, message, true);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_FIELDMASK:
      ConvertFieldMask(json, path, message);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_VALUE:
      ConvertValue(json, path, message);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_LISTVALUE:
      ConvertList(json, path, FieldOf(*message, kOnlyField), message, nullptr);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_STRUCT:
      ConvertMap(json, path, FieldOf(*message, kOnlyField), message, nullptr);
      return true;
    default:  // the wrappers
      ConvertScalar(json, path, FieldOf(*message, kOnlyField), message);
      return true;
  }
}

void JsonConverter::ConvertTime(JsonValue json, const FieldPath& path, pb::Message* message, bool duration) {
  SecondsAndNanos value;
  const bool text = json.kind() == JsonKind::kString;
  if (!text || !(duration ? ParseDuration(json.text(), &value) : ParseTimestamp(json.text(), &value))) {
    Expected(duration ? R"(a duration in seconds such as "1.5s")"
                      : R"(a time by RFC 3339 such as "2006-01-02T15:04:05.123Z", years 0001 to 9999)",
             json, path);
    return;
  }
  message->GetReflection()->SetInt64(message, &FieldOf(*message, kSeconds), value.seconds);
  message->GetReflection()->SetInt32(message, &FieldOf(*message, kNanos), value.nanos);
}

void JsonConverter::ConvertFieldMask(JsonValue json, const FieldPath& path, pb::Message* message) {
  std::vector<std::string> paths;
  if (json.kind() != JsonKind::kString || !ParseFieldMask(json.text(), &paths)) {
    Expected(R"(a field mask such as "title,author.name")", json, path);
    return;
  }
  for (std::string& name : paths) {
    message->GetReflection()->AddString(message, &FieldOf(*message, kOnlyField), std::move(name));
  }
}

void JsonConverter::ConvertValue(JsonValue json, const FieldPath& path, pb::Message* message) {
  const pb::Reflection& reflection = *message->GetReflection();
  const auto field = [&](int number) -> const pb::FieldDescriptor& { return FieldOf(*message, number); };
  switch (json.kind()) {
    case JsonKind::kNull:
      reflection.SetEnumValue(message, &field(kNullValue), 0);
      return;
    case JsonKind::kBool:
      reflection.SetBool(message, &field(kBoolValue), json.boolean());
      return;
    case JsonKind::kNumber:
      ConvertScalar(json, path, field(kNumberValue), message);
      return;
    case JsonKind::kString:
      ConvertScalar(json, path, field(kStringValue), message);
      return;
    case JsonKind::kArray:
      ConvertMessage(json, path, reflection.MutableMessage(message, &field(kListValue)));
      return;
    case JsonKind::kObject:
      ConvertMessage(json, path, reflection.MutableMessage(message, &field(kStructValue)));
      return;
  }
}

void JsonConverter::ConvertAny(JsonValue json, const FieldPath& path, pb::Message* any, const AnySite* site) {
  if (const std::optional<JsonValue> url = json.Find("@type")) {
    ConvertTypedAny(json, *url, path, any);
    return;
  }
  const pb::Descriptor* type = nullptr;
  if (site != nullptr && infer_any_type_) type = infer_any_type_(site->parent, site->field, site->parent_object);
  if (type != nullptr && type->well_known_type() == pb::Descriptor::WELLKNOWNTYPE_ANY) {
    const bool empty = json.kind() == JsonKind::kObject && json.size() == 0;
    if (!empty) any->GetReflection()->SetString(any, &FieldOf(*any, kAnyValue), kUntypedContent);
  } else if (type != nullptr) {
    ConvertAnyContent(json, path, *type, kTypeUrlPrefix + type->full_name(), false, any);
  } else if (json.kind() != JsonKind::kObject || json.size() > 0) {
    Expected(absl::StrCat("an object with \"@type\": \"", kTypeUrlPrefix, "<message>\""), json, path);
  }
}

void JsonConverter::ConvertTypedAny(JsonValue json, JsonValue url, const FieldPath& path, pb::Message* any) {
  const FieldPath type_path = path.Field("@type");
  const std::string name(url.kind() == JsonKind::kString ? url.text() : std::string_view());
  const size_t slash = name.rfind('/');
  if (slash == std::string::npos || slash + 1 == name.size()) {
    Expected(absl::StrCat("a type such as \"", kTypeUrlPrefix, "google.protobuf.Duration\""), url, type_path);
    return;
  }
  const pb::Descriptor* type = types_.FindMessage(name.substr(slash + 1));
  if (type == nullptr) {
    errors_->Add(type_path, absl::StrCat("the type ", Excerpt(name.substr(slash + 1)), " is not known here"));
    return;
  }
  // An Empty has a form of its own in some printers only, so both are read.
  const std::optional<JsonValue> value = json.Find("value");
  const bool wrapped = HasOwnJsonForm(*type) || (type->full_name() == "google.protobuf.Empty" && value.has_value());
  if (!wrapped) {
    ConvertAnyContent(json, path, *type, name, true, any);
    return;
  }
  if (!value.has_value()) {
    errors_->Add(path.Field("value"), absl::StrCat("required: the JSON form of ", type->full_name()));
    return;
  }
  for (const JsonMember member : json.members()) {
    if (member.key != "@type" && member.key != "value") {
      errors_->Add(path.Field(member.key), "unknown field; this type has @type and value");
    }
  }
  ConvertAnyContent(*value, path.Field("value"), *type, name, false, any);
}

void JsonConverter::ConvertAnyContent(JsonValue json, const FieldPath& path, const pb::Descriptor& type,
                                      const std::string& url, bool skip_type, pb::Message* any) {
  const std::unique_ptr<pb::Message> content = types_.NewMessage(type);
  if (content == nullptr) {
    errors_->Add(path, absl::StrCat("the type ", Excerpt(type.full_name()), " is not known here"));
    return;
  }
  const size_t errors_before = errors_->errors().size();
  const int depth_before = std::exchange(depth_, 0);  // content travels as bytes and is parsed on its own
  if (skip_type) {
    ++depth_;
    ConvertMembers(json, path, content.get(), true);
  } else {
    ConvertMessage(json, path, content.get());
  }
  depth_ = depth_before;
  if (errors_->errors().size() == errors_before) RequireInitialized(path, *content);
  const pb::Reflection& reflection = *any->GetReflection();
  reflection.SetString(any, &FieldOf(*any, kAnyTypeUrl), url);
  reflection.SetString(any, &FieldOf(*any, kAnyValue), SerializeDeterministically(*content));
}

}  // namespace flowmesh::transcode
