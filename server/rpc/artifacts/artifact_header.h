// What the first message of Write says, checked.
#ifndef FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_HEADER_H_
#define FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_HEADER_H_

#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/v1/artifact.pb.h"
#include "server/store/artifact_row.h"
#include "server/store/rows.h"

namespace flowmesh::rpc {

inline constexpr size_t kMaxNameBytes = 255;
inline constexpr size_t kMaxMediaTypeBytes = 255;
inline constexpr char kDefaultMediaType[] = "application/octet-stream";

// Writer, name, media type and expected digest (raw; empty = unknown) of the row. INVALID_ARGUMENT with one violation
// for each field that is wrong:
// - name: 1 to 255 bytes, no `/` or `\`, no control characters (also of writing direction), not `.` or `..`;
// - media_type: a type and subtype as in RFC 9110, section 8.3.1, with parameters, up to 255 visible ASCII characters;
// - digest: 64 lower-case hex digits;
// - execution_id: an id; with it an attempt from 1 on, without it neither task nor attempt.
absl::StatusOr<store::ArtifactRow> ReadHeader(const v1::WriteArtifactRequest::Header& header);

// The digest in raw bytes, empty for empty. INVALID_ARGUMENT with a violation of `field`.
absl::StatusOr<std::string> ReadDigest(const std::string& text, const std::string& field);

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_ARTIFACTS_ARTIFACT_HEADER_H_
