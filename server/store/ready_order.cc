#include "server/store/ready_order.h"

#include <string>
#include <tuple>

#include "server/base/digest.h"

namespace flowmesh::store {

uint64_t OwnerHash(absl::string_view owner) {
  const std::string digest = base::Sha256(owner);
  uint64_t hash = 0;
  for (int i = 0; i < 8; ++i) hash = hash << 8 | static_cast<unsigned char>(digest[i]);
  return hash;
}

bool ServedBefore(const ReadyRow& a, const ReadyRow& b) {
  return std::tie(a.priority, a.key) < std::tie(b.priority, b.key);
}

}  // namespace flowmesh::store
