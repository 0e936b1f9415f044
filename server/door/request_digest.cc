#include "server/door/request_digest.h"

#include "server/base/digest.h"
#include "server/door/canonical.h"

namespace flowmesh::door {

std::string RequestDigest(const std::string& flow, const CanonicalInput& input) {
  base::Sha256Builder digest;
  digest.Add(flow).Add(input.type_url).Add(input.bytes);
  return digest.Finish();
}

std::string RequestDigest(const std::vector<std::string>& path_fields, const google::protobuf::Message& body) {
  base::Sha256Builder digest;
  digest.Add(path_fields.size());
  for (const std::string& field : path_fields) digest.Add(field);
  digest.Add(SerializeDeterministically(body));
  return digest.Finish();
}

std::string RequestDigest(const std::vector<std::string>& path_fields) {
  base::Sha256Builder digest;
  digest.Add(path_fields.size());
  for (const std::string& field : path_fields) digest.Add(field);
  return digest.Finish();
}

}  // namespace flowmesh::door
