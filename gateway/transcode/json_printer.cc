#include "gateway/transcode/json_printer.h"

#include "gateway/transcode/map_order.h"
#include "gateway/transcode/message_types.h"

namespace flowmesh::transcode {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

JsonPrinter::JsonPrinter(const PrintOptions& options, std::string* out)
    : types_(options.types != nullptr ? *options.types : CompiledTypes()), writer_(options.indent, out) {}

void JsonPrinter::PrintMessage(const pb::Message& message) {
  if (depth_ > kMaxPrintDepth) {
    writer_.BeginObject();
    writer_.Key("@bytes");
    writer_.Base64(message.SerializePartialAsString());
    writer_.EndObject();
    return;
  }
  ++depth_;
  if (!PrintWellKnown(message)) {
    writer_.BeginObject();
    PrintMembers(message);
    writer_.EndObject();
  }
  --depth_;
}

void JsonPrinter::PrintMembers(const pb::Message& message) {
  const pb::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const Field& field = *type.field(i);
    if (field.real_containing_oneof() != nullptr && !message.GetReflection()->HasField(message, &field)) continue;
    writer_.Key(field.name());
    PrintField(message, field);
  }
}

void JsonPrinter::PrintField(const pb::Message& message, const Field& field) {
  if (field.is_map()) {
    PrintMap(message, field);
  } else if (field.is_repeated()) {
    PrintList(message, field);
  } else if (field.has_presence() && !message.GetReflection()->HasField(message, &field)) {
    writer_.Null();
  } else {
    PrintSingle(message, field);
  }
}

void JsonPrinter::PrintList(const pb::Message& message, const Field& field) {
  writer_.BeginArray();
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) PrintElement(message, field, i);
  writer_.EndArray();
}

void JsonPrinter::PrintMap(const pb::Message& message, const Field& field) {
  const Field& key = *field.message_type()->map_key();
  const Field& value = *field.message_type()->map_value();
  writer_.BeginObject();
  for (const pb::Message* entry : EntriesInKeyOrder(message, field)) {
    PrintMapKey(*entry, key);
    PrintSingle(*entry, value);
  }
  writer_.EndObject();
}

void JsonPrinter::PrintMapKey(const pb::Message& entry, const Field& key) {
  const pb::Reflection& reflection = *entry.GetReflection();
  switch (key.cpp_type()) {
    case Field::CPPTYPE_INT32:
      writer_.Key(std::to_string(reflection.GetInt32(entry, &key)));
      return;
    case Field::CPPTYPE_UINT32:
      writer_.Key(std::to_string(reflection.GetUInt32(entry, &key)));
      return;
    case Field::CPPTYPE_INT64:
      writer_.Key(std::to_string(reflection.GetInt64(entry, &key)));
      return;
    case Field::CPPTYPE_UINT64:
      writer_.Key(std::to_string(reflection.GetUInt64(entry, &key)));
      return;
    case Field::CPPTYPE_BOOL:
      writer_.Key(reflection.GetBool(entry, &key) ? "true" : "false");
      return;
    default: {
      std::string scratch;
      writer_.Key(reflection.GetStringReference(entry, &key, &scratch));
    }
  }
}

void JsonPrinter::PrintSingle(const pb::Message& message, const Field& field) {
  const pb::Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return writer_.Int(reflection.GetInt32(message, &field));
    case Field::CPPTYPE_UINT32:
      return writer_.Uint(reflection.GetUInt32(message, &field));
    case Field::CPPTYPE_INT64:
      return writer_.QuotedInt(reflection.GetInt64(message, &field));
    case Field::CPPTYPE_UINT64:
      return writer_.QuotedUint(reflection.GetUInt64(message, &field));
    case Field::CPPTYPE_DOUBLE:
      return writer_.Real(reflection.GetDouble(message, &field));
    case Field::CPPTYPE_FLOAT:
      return writer_.Real(reflection.GetFloat(message, &field));
    case Field::CPPTYPE_BOOL:
      return writer_.Bool(reflection.GetBool(message, &field));
    case Field::CPPTYPE_ENUM:
      return PrintEnum(*field.enum_type(), reflection.GetEnumValue(message, &field));
    case Field::CPPTYPE_STRING: {
      std::string scratch;
      return PrintText(field, reflection.GetStringReference(message, &field, &scratch));
    }
    case Field::CPPTYPE_MESSAGE:
      return PrintMessage(reflection.GetMessage(message, &field));
  }
}

void JsonPrinter::PrintElement(const pb::Message& message, const Field& field, int index) {
  const pb::Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return writer_.Int(reflection.GetRepeatedInt32(message, &field, index));
    case Field::CPPTYPE_UINT32:
      return writer_.Uint(reflection.GetRepeatedUInt32(message, &field, index));
    case Field::CPPTYPE_INT64:
      return writer_.QuotedInt(reflection.GetRepeatedInt64(message, &field, index));
    case Field::CPPTYPE_UINT64:
      return writer_.QuotedUint(reflection.GetRepeatedUInt64(message, &field, index));
    case Field::CPPTYPE_DOUBLE:
      return writer_.Real(reflection.GetRepeatedDouble(message, &field, index));
    case Field::CPPTYPE_FLOAT:
      return writer_.Real(reflection.GetRepeatedFloat(message, &field, index));
    case Field::CPPTYPE_BOOL:
      return writer_.Bool(reflection.GetRepeatedBool(message, &field, index));
    case Field::CPPTYPE_ENUM:
      return PrintEnum(*field.enum_type(), reflection.GetRepeatedEnumValue(message, &field, index));
    case Field::CPPTYPE_STRING: {
      std::string scratch;
      return PrintText(field, reflection.GetRepeatedStringReference(message, &field, index, &scratch));
    }
    case Field::CPPTYPE_MESSAGE:
      return PrintMessage(reflection.GetRepeatedMessage(message, &field, index));
  }
}

void JsonPrinter::PrintEnum(const pb::EnumDescriptor& type, int number) {
  if (type.full_name() == "google.protobuf.NullValue") {
    writer_.Null();
  } else if (const pb::EnumValueDescriptor* value = type.FindValueByNumber(number)) {
    writer_.String(value->name());
  } else {
    writer_.Int(number);
  }
}

void JsonPrinter::PrintText(const Field& field, const std::string& text) {
  if (field.type() == Field::TYPE_BYTES) {
    writer_.Base64(text);
  } else {
    writer_.String(text);
  }
}

}  // namespace flowmesh::transcode
