#ifndef FLOWMESH_GATEWAY_HTTP_CONTENT_CODING_H_
#define FLOWMESH_GATEWAY_HTTP_CONTENT_CODING_H_

#include "gateway/http/request_head.h"
#include "gateway/http/response.h"

namespace flowmesh::gateway {

// Makes the body of a text smaller for a client that takes gzip, if it is worth it.
void CompressFor(const RequestHead& head, Response* response);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_CONTENT_CODING_H_
