#ifndef FLOWMESH_TESTS_GATEWAY_TRANSCODE_JSON_TESTING_H_
#define FLOWMESH_TESTS_GATEWAY_TRANSCODE_JSON_TESTING_H_

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "gateway/transcode/json_reader.h"
#include "gateway/transcode/message_from_json.h"

namespace flowmesh::transcode {

// The errors of a conversion as "path: message; ...", or "ok".
inline std::string Outcome(const FieldErrors& errors) {
  return errors.ok() ? "ok" : std::string(errors.ToStatus().message());
}

// Reads and converts; a text that is no JSON fails the test.
inline std::string Convert(std::string_view text, google::protobuf::Message* message,
                           const ParseOptions& options = {}) {
  const absl::StatusOr<JsonDocument> document = ParseJson(text);
  EXPECT_TRUE(document.ok()) << text << ": " << document.status();
  if (!document.ok()) return "not JSON";
  return Outcome(MessageFromJson(document->root(), message, options));
}

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_TESTS_GATEWAY_TRANSCODE_JSON_TESTING_H_
