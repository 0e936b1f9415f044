#include "gateway/transcode/message_to_json.h"

#include <google/protobuf/message.h>

#include "gateway/transcode/json_printer.h"

namespace flowmesh::transcode {

namespace pb = google::protobuf;

void AppendMessageJson(const pb::Message& message, const PrintOptions& options, std::string* out) {
  JsonPrinter(options, out).PrintMessage(message);
}

std::string MessageToJson(const pb::Message& message, const PrintOptions& options) {
  std::string out;
  AppendMessageJson(message, options, &out);
  return out;
}

void AppendFieldJson(const pb::Message& message, const pb::FieldDescriptor& field, const PrintOptions& options,
                     std::string* out) {
  JsonPrinter(options, out).PrintField(message, field);
}

}  // namespace flowmesh::transcode
