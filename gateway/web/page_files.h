#ifndef FLOWMESH_GATEWAY_WEB_PAGE_FILES_H_
#define FLOWMESH_GATEWAY_WEB_PAGE_FILES_H_

#include <string_view>
#include <vector>

namespace flowmesh::gateway {

// A file of the page at `/`, compiled in.
struct PageFile {
  std::string_view path;    // as in "/index.html"
  std::string_view digest;  // hex; another one for other content
  std::string_view bytes;
  bool gzip = false;  // `bytes` are one gzip member
};

// All of them; none when flowmesh was built without the page. They live as long as the process.
std::vector<PageFile> PageFiles();

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_WEB_PAGE_FILES_H_
