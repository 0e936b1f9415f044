#ifndef FLOWMESH_SERVER_CLI_ERROR_TEXT_H_
#define FLOWMESH_SERVER_CLI_ERROR_TEXT_H_

#include <string>

#include "absl/status/status.h"

namespace flowmesh::cli {

// An error for people: lines with line ends, safe to show, the message first, then each violated field, then what to
// do:
//
//   error: the input does not fit the flow poem (INVALID_ARGUMENT, FIELDS_INVALID)
//     input.title: must not be empty
//   Correct the fields named above and call again.
//
// Reads what base::Error put into the status.
std::string RenderError(const absl::Status& status);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_ERROR_TEXT_H_
