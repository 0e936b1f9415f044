#ifndef FLOWMESH_SERVER_CLI_TABLE_H_
#define FLOWMESH_SERVER_CLI_TABLE_H_

#include <string>
#include <vector>

namespace flowmesh::cli {

// Left-aligned columns, two spaces apart, one line a row, each with a line end. All rows have as many cells as the
// first, which is the header. Cells are made safe to show.
std::string RenderTable(const std::vector<std::vector<std::string>>& rows);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_TABLE_H_
