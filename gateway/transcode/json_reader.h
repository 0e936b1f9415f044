#ifndef FLOWMESH_GATEWAY_TRANSCODE_JSON_READER_H_
#define FLOWMESH_GATEWAY_TRANSCODE_JSON_READER_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/transcode/json_value.h"

namespace flowmesh::transcode {

struct JsonLimits {
  size_t max_bytes = size_t{16} << 20;  // of text; at most 4 GiB
  size_t max_depth = 100;               // arrays and objects inside one another
  size_t max_values = 1'000'000;  // values and keys, which bounds the memory of the document to about 20 MB and text
};

// Parses exactly one JSON text by RFC 8259 and nothing beyond it: UTF-8 without byte order mark, no comments, no
// trailing commas, no second value, no duplicate keys within one object (compared after unescaping), no unpaired
// surrogate escapes. An empty text is an error too; who takes an empty body for an empty message looks before calling.
// Thread-safe. Time is linear in the text, times log(members) for objects.
// Errors: INVALID_ARGUMENT with line, column and a sentence for the author of the text; RESOURCE_EXHAUSTED over
// max_bytes.
absl::StatusOr<JsonDocument> ParseJson(std::string_view text, const JsonLimits& limits = {});

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_JSON_READER_H_
