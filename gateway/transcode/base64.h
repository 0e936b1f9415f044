#ifndef FLOWMESH_GATEWAY_TRANSCODE_BASE64_H_
#define FLOWMESH_GATEWAY_TRANSCODE_BASE64_H_

#include <string>
#include <string_view>

namespace flowmesh::transcode {

// Decodes the standard or the URL-safe alphabet of RFC 4648, with or without padding. False for anything else: both
// alphabets in one text, blanks, padding that does not fit the length, a length that no bytes encode to.
bool DecodeBase64(std::string_view text, std::string* bytes);

// Standard alphabet with padding.
void AppendBase64(std::string_view bytes, std::string* out);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_BASE64_H_
