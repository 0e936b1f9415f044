#ifndef FLOWMESH_SERVER_CLI_PROGRESS_BAR_H_
#define FLOWMESH_SERVER_CLI_PROGRESS_BAR_H_

#include <cstddef>
#include <string>

#include "flowmesh/v1/execution.pb.h"

namespace flowmesh::cli {

// One line of at most `columns` columns, without line end: `[#####-----]  50 %  what is done  stanzas 3, words 120`.
// The text is cut where it does not fit; a width below 20 leaves only the percentage. Out of range, the percentage is
// drawn as the nearest one within.
std::string RenderProgressBar(const v1::Progress& progress, size_t columns);

// The same in words, for a log: `50 %  what is done  stanzas 3, words 120`.
std::string RenderProgress(const v1::Progress& progress);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_PROGRESS_BAR_H_
