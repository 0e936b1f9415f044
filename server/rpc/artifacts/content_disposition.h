// How a browser shall treat content that came from anybody.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_CONTENT_DISPOSITION_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_CONTENT_DISPOSITION_H_

#include <string>

#include "absl/strings/string_view.h"

namespace flowmesh::rpc {

// A Content-Disposition (RFC 6266) with the file name in ASCII and, where that is not all of it, in UTF-8 (RFC 8187).
// `inline` for images, sound, film and plain text; `attachment` for everything else: markup with scripts must not run
// where the gateway's own pages do.
std::string ContentDisposition(absl::string_view name, absl::string_view media_type);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_CONTENT_DISPOSITION_H_
