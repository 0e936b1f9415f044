#ifndef FLOWMESH_GATEWAY_TRANSCODE_FIELD_MASK_TEXT_H_
#define FLOWMESH_GATEWAY_TRANSCODE_FIELD_MASK_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

namespace flowmesh::transcode {

// Splits comma-separated paths, each of dotted snake_case or lowerCamel names, or "*", and returns them in snake_case.
// False for empty paths or segments and characters that no field name has. The empty text is the empty mask.
bool ParseFieldMask(std::string_view text, std::vector<std::string>* paths);

// One path in lowerCamel; a path that would not read back the same (a_1, aB) stays as it is.
std::string FieldMaskPathText(std::string_view path);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_FIELD_MASK_TEXT_H_
