#include <limits>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/base64.h"
#include "gateway/transcode/json_converter.h"
#include "gateway/transcode/json_number.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

constexpr int kMaxEnumNamesInMessage = 12;

std::string EnumNames(const pb::EnumDescriptor& type) {
  std::string names;
  for (int i = 0; i < type.value_count() && i < kMaxEnumNamesInMessage; ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ", ", type.value(i)->name());
  }
  return type.value_count() > kMaxEnumNamesInMessage ? names + ", ..." : names;
}

}  // namespace

void JsonConverter::ConvertScalar(JsonValue json, const FieldPath& path, const pb::FieldDescriptor& field,
                                  pb::Message* message) {
  const pb::Reflection& reflection = *message->GetReflection();
  const bool add = field.is_repeated();
  const auto store = [&](auto value, auto set, auto append) {
    if (add) {
      (reflection.*append)(message, &field, std::move(value));
    } else {
      (reflection.*set)(message, &field, std::move(value));
    }
  };
  const auto integer = [&](auto value, auto set, auto append) {
    if (ReadInteger(json, path, &value)) store(value, set, append);
  };
  const auto real = [&](auto value, auto set, auto append) {
    if (ReadReal(json, path, &value)) store(value, set, append);
  };
  using R = pb::Reflection;
  switch (field.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return integer(int32_t{0}, &R::SetInt32, &R::AddInt32);
    case pb::FieldDescriptor::CPPTYPE_UINT32:
      return integer(uint32_t{0}, &R::SetUInt32, &R::AddUInt32);
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return integer(int64_t{0}, &R::SetInt64, &R::AddInt64);
    case pb::FieldDescriptor::CPPTYPE_UINT64:
      return integer(uint64_t{0}, &R::SetUInt64, &R::AddUInt64);
    case pb::FieldDescriptor::CPPTYPE_DOUBLE:
      return real(double{0}, &R::SetDouble, &R::AddDouble);
    case pb::FieldDescriptor::CPPTYPE_FLOAT:
      return real(float{0}, &R::SetFloat, &R::AddFloat);
    case pb::FieldDescriptor::CPPTYPE_BOOL: {
      bool value = false;
      if (ReadBool(json, path, &value)) store(value, &R::SetBool, &R::AddBool);
      return;
    }
    case pb::FieldDescriptor::CPPTYPE_ENUM: {
      int value = 0;
      if (ReadEnum(json, path, *field.enum_type(), &value)) store(value, &R::SetEnumValue, &R::AddEnumValue);
      return;
    }
    case pb::FieldDescriptor::CPPTYPE_STRING: {
      std::string value;
      if (!ReadText(json, path, field.type() == pb::FieldDescriptor::TYPE_BYTES, &value)) return;
      return store(std::move(value), &R::SetString, &R::AddString);
    }
    case pb::FieldDescriptor::CPPTYPE_MESSAGE:
      return;  // ConvertSingle keeps messages away
  }
}

bool JsonConverter::ReadBool(JsonValue json, const FieldPath& path, bool* value) {
  if (json.kind() == JsonKind::kBool) {
    *value = json.boolean();
    return true;
  }
  if (values_are_text_ && json.kind() == JsonKind::kString && (json.text() == "true" || json.text() == "false")) {
    *value = json.text() == "true";
    return true;
  }
  Expected(values_are_text_ ? "true or false" : "true or false without quotes", json, path);
  return false;
}

bool JsonConverter::ReadText(JsonValue json, const FieldPath& path, bool bytes, std::string* value) {
  if (json.kind() == JsonKind::kString) {
    if (!bytes) {
      *value = json.text();
      return true;
    }
    if (DecodeBase64(json.text(), value)) return true;
  }
  Expected(bytes ? "bytes in base64" : "a string", json, path);
  return false;
}

bool JsonConverter::ReadEnum(JsonValue json, const FieldPath& path, const pb::EnumDescriptor& type, int* value) {
  if (json.is_null()) {  // only a NullValue gets here
    *value = 0;
    return true;
  }
  const pb::EnumValueDescriptor* known = nullptr;
  if (json.kind() == JsonKind::kString) known = type.FindValueByName(std::string(json.text()));
  int32_t number = 0;
  const bool may_be_number = json.kind() == JsonKind::kNumber || (values_are_text_ && json.kind() == JsonKind::kString);
  if (known == nullptr && may_be_number && ParseInteger(json.text(), &number) == NumberFault::kNone) {
    known = type.FindValueByNumber(number);
  }
  if (known == nullptr) {
    Expected(absl::StrCat("one of ", EnumNames(type)), json, path);
    return false;
  }
  *value = known->number();
  return true;
}

template <typename Integer>
bool JsonConverter::ReadInteger(JsonValue json, const FieldPath& path, Integer* value) {
  const bool readable = json.kind() == JsonKind::kNumber || json.kind() == JsonKind::kString;
  if (readable && ParseInteger(json.text(), value) == NumberFault::kNone) return true;
  using Limits = std::numeric_limits<Integer>;
  Expected(absl::StrCat("a whole number from ", Limits::min(), " to ", Limits::max()), json, path);
  return false;
}

template <typename Real>
bool JsonConverter::ReadReal(JsonValue json, const FieldPath& path, Real* value) {
  const bool readable = json.kind() == JsonKind::kNumber || json.kind() == JsonKind::kString;
  if (readable && ParseReal(json.text(), value) == NumberFault::kNone) return true;
  if (json.kind() == JsonKind::kString) {
    using Limits = std::numeric_limits<Real>;
    const std::string_view text = json.text();
    const bool named = text == "NaN" || text == "Infinity" || text == "-Infinity";
    if (named) {
      *value = text == "NaN" ? Limits::quiet_NaN() : text == "Infinity" ? Limits::infinity() : -Limits::infinity();
      return true;
    }
  }
  Expected(std::is_same_v<Real, float> ? R"(a number in the range of a float, "NaN", "Infinity" or "-Infinity")"
                                       : R"(a number in the range of a double, "NaN", "Infinity" or "-Infinity")",
           json, path);
  return false;
}

}  // namespace flowmesh::transcode
