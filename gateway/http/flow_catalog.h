#ifndef FLOWMESH_GATEWAY_HTTP_FLOW_CATALOG_H_
#define FLOWMESH_GATEWAY_HTTP_FLOW_CATALOG_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/http/upstream.h"
#include "gateway/transcode/message_types.h"
#include "server/base/mutex.h"

namespace flowmesh::gateway {

// The flows of the mesh and their types, as Orchestrator.ListFlows told last. Thread-safe.
class FlowCatalog {
 public:
  struct Flows {
    std::map<std::string, std::string> input_types;  // by flow
    transcode::MessageTypes types;
  };

  // What is known now; immutable, at first the compiled-in types alone.
  std::shared_ptr<const Flows> flows() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether something that was not found is reason to ask again: at most once in kPause, so that unknown names cost the
  // upstream little. True counts as asked.
  static constexpr absl::Duration kPause = absl::Seconds(1);
  bool TakeTurn() ABSL_LOCKS_EXCLUDED(mutex_);

  // Asks with the caller's `authorization` (empty = none). `done` comes on a gRPC thread, after what came is in place;
  // an error leaves all as it was.
  std::shared_ptr<UpstreamCall> Refresh(Upstream* upstream, const std::string& authorization,
                                        std::function<void()> done);

 private:
  void Take(const std::string& response) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable base::Mutex mutex_;
  std::shared_ptr<const Flows> flows_ ABSL_GUARDED_BY(mutex_) = std::make_shared<Flows>();
  std::string last_ ABSL_GUARDED_BY(mutex_);  // the response behind flows_
  absl::Time asked_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_FLOW_CATALOG_H_
