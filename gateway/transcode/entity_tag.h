// Entity tags and the conditions that name them: RFC 9110, sections 8.8.3 and 13.1. Pure.
#ifndef FLOWMESH_GATEWAY_TRANSCODE_ENTITY_TAG_H_
#define FLOWMESH_GATEWAY_TRANSCODE_ENTITY_TAG_H_

#include <string_view>

namespace flowmesh::transcode {

// Whether `If-None-Match` names the tag (weak comparison; `*` names all).
bool NamesTag(std::string_view if_none_match, std::string_view etag);
// Whether `If-Range` is exactly this strong tag. A date never is.
bool IsTag(std::string_view if_range, std::string_view etag);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_ENTITY_TAG_H_
