#ifndef FLOWMESH_GATEWAY_TRANSCODE_JSON_PRINTER_H_
#define FLOWMESH_GATEWAY_TRANSCODE_JSON_PRINTER_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "gateway/transcode/json_writer.h"
#include "gateway/transcode/message_to_json.h"

namespace flowmesh::transcode {

// The work behind message_to_json.h; not for other users.
class JsonPrinter {
 public:
  JsonPrinter(const PrintOptions& options, std::string* out);

  // json_printer.cc
  void PrintMessage(const google::protobuf::Message& message);
  void PrintField(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field);

 private:
  void PrintMembers(const google::protobuf::Message& message);
  void PrintList(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field);
  void PrintMap(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field);
  void PrintMapKey(const google::protobuf::Message& entry, const google::protobuf::FieldDescriptor& key);
  void PrintSingle(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field);
  void PrintElement(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                    int index);
  void PrintEnum(const google::protobuf::EnumDescriptor& type, int number);
  void PrintText(const google::protobuf::FieldDescriptor& field, const std::string& text);

  // well_known_to_json.cc: false, with nothing printed, when the message is to be printed as the object of its fields.
  bool PrintWellKnown(const google::protobuf::Message& message);
  bool PrintTime(const google::protobuf::Message& message, bool duration);
  void PrintFieldMask(const google::protobuf::Message& message);
  void PrintValue(const google::protobuf::Message& message);
  void PrintAny(const google::protobuf::Message& any);

  const TypeResolver& types_;
  JsonWriter writer_;
  int depth_ = 0;
};

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_JSON_PRINTER_H_
