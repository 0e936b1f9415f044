// The records of applications: resources of every kind, and the unique names that lead to them. See rows.h.
#ifndef FLOWMESH_SERVER_STORE_RESOURCE_ROWS_H_
#define FLOWMESH_SERVER_STORE_RESOURCE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "server/base/ids.h"

namespace flowmesh::store {

using base::Id;

// A typed record of an application. Its kind says which message the payload is.
struct ResourceRow {
  Id id;             // carries the shard of its owner, or the lists of that owner do not hold it
  std::string kind;  // as in "quiz.question"; up to 64 bytes
  std::string owner;
  Id parent;            // nil = none
  Id execution_id;      // that made it, or makes it now; nil = none. Goes with it when that is deleted
  int64_t version = 1;  // grows with every change
  absl::Time create_time = absl::InfinitePast();
  absl::Time update_time = absl::InfinitePast();
  std::string payload;  // serialised message

  bool operator==(const ResourceRow&) const = default;
};

// What becomes of a resource; one that is not there is no error. Its version grows by one.
struct ResourceUpdate {
  Id id;
  std::optional<Id> only_of;           // only while this is its execution; nil = while it has none
  std::optional<Id> execution_id;      // its execution from now on; nil = none
  std::optional<std::string> payload;  // its payload from now on
  absl::Time update_time;
};

// A name that leads to one object. Unique among those of the same owner and kind; the owner "" stands for the whole
// mesh.
struct AliasRow {
  std::string owner;
  std::string kind;
  std::string alias;
  Id object_id;

  auto operator<=>(const AliasRow&) const = default;
};

struct ClaimedAlias {
  bool fresh = false;  // the name is now the caller's; otherwise it stood there before
  Id object_id;        // to which it leads
};

// Which resources a list holds.
struct ResourceFilter {
  std::string kind;
  std::optional<std::string> owner;  // nullopt = everybody's
  std::optional<Id> parent;  // nullopt = only those without one; then in order of (create_time, id), otherwise of id
  std::optional<Id> execution_id;  // only those of this execution
  bool newest_first = true;
  std::optional<std::pair<absl::Time, Id>> after;  // the last row seen; with `parent` only the id counts
  int limit = 100;
};

struct ResourcePage {
  std::vector<ResourceRow> rows;
  bool more = false;  // another row follows the last one
};

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_RESOURCE_ROWS_H_
