#ifndef FLOWMESH_SERVER_DOOR_CONVERT_KIND_FILTER_H_
#define FLOWMESH_SERVER_DOOR_CONVERT_KIND_FILTER_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <cstdint>
#include <string>

#include "server/base/error.h"
#include "server/engine/event_chunk.h"

namespace flowmesh::door {

// Whether this is the state event that ends its execution's stream. Reads the first bytes of the payload.
bool IsTerminal(const engine::EventView& event);

// Which events a reader wants. Made once per call, then immutable.
class KindFilter {
 public:
  // Everything.
  KindFilter() = default;

  // Reads a request's `kinds`: each a word or a comma-separated list of words, white space around words ignored; no
  // word at all means everything. An unknown word adds a violation that names the known ones.
  static KindFilter Parse(const google::protobuf::RepeatedPtrField<std::string>& kinds,
                          base::FieldViolations* violations);

  // The terminal event always passes.
  bool Passes(const engine::EventView& event) const { return (kinds_ & Bit(event.kind)) != 0 || IsTerminal(event); }

 private:
  static constexpr uint32_t Bit(engine::EventKind kind) { return 1u << static_cast<uint32_t>(kind); }

  uint32_t kinds_ = ~0u;
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONVERT_KIND_FILTER_H_
