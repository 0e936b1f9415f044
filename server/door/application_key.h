#ifndef FLOWMESH_SERVER_DOOR_APPLICATION_KEY_H_
#define FLOWMESH_SERVER_DOOR_APPLICATION_KEY_H_

#include <string_view>

namespace flowmesh::door {

// Concurrency keys that begin so are the applications' own. A caller who names one is refused: an execution of theirs
// could otherwise stand where an application looks for its own.
inline constexpr std::string_view kApplicationKey = "flowmesh.";

inline bool IsApplicationKey(std::string_view key) { return key.starts_with(kApplicationKey); }

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_APPLICATION_KEY_H_
