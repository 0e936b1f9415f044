#include "gateway/http/flow_learning.h"

#include <optional>
#include <utility>

#include "absl/time/clock.h"

namespace flowmesh::gateway {

boost::asio::awaitable<bool> LearnFlows(Core* core, Wire* wire, std::string authorization, absl::Time missed,
                                        bool patient) {
  using Turn = FlowCatalog::Turn;
  auto success = std::make_shared<std::optional<bool>>();
  auto self = wire->shared_from_this();
  auto answered = [self, success](bool value) { self->Post([success, value] { *success = value; }); };
  const Turn turn = core->flows.Learn(missed, &core->upstream, authorization, std::move(answered));
  if (turn.kind == Turn::Kind::kNothingNew) co_return false;
  if (turn.kind == Turn::Kind::kPause) {
    if (!patient) co_return false;
    const absl::Time end = absl::Now() + turn.pause;
    while (absl::Now() < end && !wire->gone()) co_await wire->Wait(end - absl::Now());
    co_return !wire->gone();
  }
  // Also when the client is gone: the question refers to the catalog, which lives as long as its connections.
  while (!success->has_value()) co_await wire->Wait(absl::Hours(1));
  co_return turn.kind == Turn::Kind::kJoined || **success;
}

}  // namespace flowmesh::gateway
