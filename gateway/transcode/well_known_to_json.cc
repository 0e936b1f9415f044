#include <memory>

#include "gateway/transcode/field_mask_text.h"
#include "gateway/transcode/json_converter.h"
#include "gateway/transcode/json_printer.h"
#include "gateway/transcode/time_text.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

// Field numbers of google/protobuf/{any,duration,timestamp,struct,field_mask,wrappers}.proto.
constexpr int kAnyTypeUrl = 1;
constexpr int kAnyValue = 2;
constexpr int kSeconds = 1;
constexpr int kNanos = 2;
constexpr int kOnlyField = 1;

const pb::FieldDescriptor* FieldOf(const pb::Message& message, int number) {
  return message.GetDescriptor()->FindFieldByNumber(number);
}

std::string StringOf(const pb::Message& message, int number) {
  return message.GetReflection()->GetString(message, FieldOf(message, number));
}

}  // namespace

bool JsonPrinter::PrintWellKnown(const pb::Message& message) {
  switch (message.GetDescriptor()->well_known_type()) {
    case pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return false;
    case pb::Descriptor::WELLKNOWNTYPE_ANY:
      PrintAny(message);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return PrintTime(message, false);
    case pb::Descriptor::WELLKNOWNTYPE_DURATION:
      return PrintTime(message, true);
    case pb::Descriptor::WELLKNOWNTYPE_FIELDMASK:
      PrintFieldMask(message);
      return true;
    case pb::Descriptor::WELLKNOWNTYPE_VALUE:
      PrintValue(message);
      return true;
    default:  // Struct is its map, ListValue its list, a wrapper its value
      PrintField(message, *FieldOf(message, kOnlyField));
      return true;
  }
}

bool JsonPrinter::PrintTime(const pb::Message& message, bool duration) {
  SecondsAndNanos value;
  value.seconds = message.GetReflection()->GetInt64(message, FieldOf(message, kSeconds));
  value.nanos = message.GetReflection()->GetInt32(message, FieldOf(message, kNanos));
  std::string text;
  if (!(duration ? AppendDuration(value, &text) : AppendTimestamp(value, &text))) return false;
  writer_.String(text);
  return true;
}

void JsonPrinter::PrintFieldMask(const pb::Message& message) {
  const pb::FieldDescriptor* paths = FieldOf(message, kOnlyField);
  const pb::Reflection& reflection = *message.GetReflection();
  std::string text;
  for (int i = 0; i < reflection.FieldSize(message, paths); ++i) {
    if (i > 0) text += ',';
    text += FieldMaskPathText(reflection.GetRepeatedString(message, paths, i));
  }
  writer_.String(text);
}

void JsonPrinter::PrintValue(const pb::Message& message) {
  const pb::OneofDescriptor* kind = message.GetDescriptor()->oneof_decl(0);
  const pb::FieldDescriptor* field = message.GetReflection()->GetOneofFieldDescriptor(message, kind);
  if (field == nullptr) {
    writer_.Null();
  } else {
    PrintSingle(message, *field);
  }
}

void JsonPrinter::PrintAny(const pb::Message& any) {
  const std::string url = StringOf(any, kAnyTypeUrl);
  const std::string bytes = StringOf(any, kAnyValue);
  writer_.BeginObject();
  if (!url.empty() || !bytes.empty()) {
    writer_.Key("@type");
    writer_.String(url);
    const size_t slash = url.rfind('/');
    const pb::Descriptor* type = slash == std::string::npos ? nullptr : types_.FindMessage(url.substr(slash + 1));
    const std::unique_ptr<pb::Message> content = type == nullptr ? nullptr : types_.NewMessage(*type);
    if (content == nullptr || depth_ > kMaxPrintDepth || !content->ParsePartialFromString(bytes)) {
      writer_.Key("@bytes");
      writer_.Base64(bytes);
    } else if (HasOwnJsonForm(*type)) {
      writer_.Key("value");
      PrintMessage(*content);
    } else {
      ++depth_;
      PrintMembers(*content);
      --depth_;
    }
  }
  writer_.EndObject();
}

}  // namespace flowmesh::transcode
