// What a replica tells others of its sessions, so that each can answer for the whole mesh.
#ifndef FLOWMESH_SERVER_ENGINE_SESSION_SUMMARY_H_
#define FLOWMESH_SERVER_ENGINE_SESSION_SUMMARY_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "server/engine/session_table.h"

namespace flowmesh::engine {

struct SessionSummary {
  uint64_t id = 0;
  std::string worker;
  std::string version;
  std::map<std::string, int32_t> types;  // that it serves, with the version of its code
  int slots = 0;
  int slots_used = 0;
  int flows = 0;
  int flows_used = 0;
  absl::Time attach_time;
  bool detached = false;
  bool draining = false;

  bool operator==(const SessionSummary&) const = default;
};

// By id.
std::vector<SessionSummary> Summarize(const SessionTable& sessions);

// A form that every replica of this release or a later one reads.
std::string PackSessions(const std::vector<SessionSummary>& sessions);
// Those that can be read: none from what another release wrote in a form of its own.
std::vector<SessionSummary> UnpackSessions(std::string_view packed);

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_SESSION_SUMMARY_H_
