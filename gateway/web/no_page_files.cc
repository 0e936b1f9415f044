// In place of the page, where it is not built: FLOWMESH_PAGE=OFF.
#include "gateway/web/page_files.h"

namespace flowmesh::gateway {

std::vector<PageFile> PageFiles() { return {}; }

}  // namespace flowmesh::gateway
