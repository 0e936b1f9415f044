// What one commit makes visible, in the order in which it must become so.
#ifndef FLOWMESH_SERVER_ENGINE_EFFECTS_H_
#define FLOWMESH_SERVER_ENGINE_EFFECTS_H_

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "server/engine/event_hub.h"
#include "server/engine/final_waiters.h"
#include "server/engine/session_message.h"
#include "server/store/replica_rows.h"
#include "server/store/rows.h"

namespace flowmesh::engine {

struct Effects {
  std::vector<std::function<void()>> replies;
  std::vector<std::pair<std::shared_ptr<SessionChannel>, std::vector<SessionMessage>>> messages;
  std::vector<store::EventChunkRow> chunks;
  std::vector<store::ExecutionRow> finals;
  std::vector<store::Id> deleted;
  store::Hint hint;  // for other replicas, without `executions`: these are those of `chunks`

  // Replies come before finals, so that whoever starts to wait in a reply misses nothing.
  void Perform(EventHub& hub, FinalWaiters& waiters) && {
    for (auto& [channel, said] : messages) channel->Send(std::move(said));
    for (auto& reply : replies) reply();
    for (auto& chunk : chunks) hub.Publish(std::move(chunk));
    for (const auto& row : finals) waiters.Notify(row);
    for (const store::Id& id : deleted) hub.Forget(id);
  }
};

}  // namespace flowmesh::engine

#endif  // FLOWMESH_SERVER_ENGINE_EFFECTS_H_
