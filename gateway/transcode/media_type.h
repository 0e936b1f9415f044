#ifndef FLOWMESH_GATEWAY_TRANSCODE_MEDIA_TYPE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_MEDIA_TYPE_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace flowmesh::transcode {

// RFC 9110 section 8.3.1. Type, subtype and parameter names are lower case; values are as sent, without quotes.
struct MediaType {
  std::string type;
  std::string subtype;
  std::map<std::string, std::string> parameters;

  std::string Essence() const { return type + "/" + subtype; }
};

// INVALID_ARGUMENT when the text is no media type or repeats a parameter. `*` is an ordinary character of a token, so
// media ranges are read too.
absl::StatusOr<MediaType> ParseMediaType(std::string_view text);

// No charset, or UTF-8 in any case.
bool IsUtf8Charset(const MediaType& media_type);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_MEDIA_TYPE_H_
