#ifndef FLOWMESH_SERVER_ENGINE_PROJECTION_BOOK_H_
#define FLOWMESH_SERVER_ENGINE_PROJECTION_BOOK_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/engine/projection.h"

namespace flowmesh::engine {

// Which payloads are projected, and how: what applications register by message type. Filled before anybody reads; then
// thread-safe.
class ProjectionBook {
 public:
  // Reads a payload's bytes; the same bytes give the same but for ids. An error refuses the payload: its reason and
  // message go to whoever brought it, and nothing is written. Must not block.
  using Projector = std::function<absl::StatusOr<Projection>(const std::string& bytes)>;

  // Of a message type by its full name; once for each.
  void Add(std::string type, Projector projector) { projectors_[std::move(type)] = std::move(projector); }

  // Null: there is nothing to project.
  absl::StatusOr<std::shared_ptr<const Projection>> Of(const store::Payload& payload) const;

  // Projects what the entry brings. If that is refused, the entry says from here on that its task, or step, has failed
  // for good.
  void Project(EntryBody* body) const;

 private:
  std::map<std::string, Projector> projectors_;
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_PROJECTION_BOOK_H_
