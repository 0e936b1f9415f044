#ifndef FLOWMESH_GATEWAY_HTTP_FLOW_CATALOG_H_
#define FLOWMESH_GATEWAY_HTTP_FLOW_CATALOG_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

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

  // Unknown names cost the upstream little: it is asked again this long after it was asked with success. A question
  // that failed, by a bad token for example, delays nobody.
  static constexpr absl::Duration kPause = absl::Milliseconds(250);

  // What a caller that misses something gets to do.
  struct Turn {
    enum class Kind {
      kNothingNew,  // flows() was asked for after `missed`: what it lacks is not there
      kJoined,      // somebody's question is under way
      kAsked,       // the caller's own question is
      kPause,       // come back after `pause`
    };
    Kind kind = Kind::kNothingNew;
    absl::Duration pause;
  };

  // Takes a turn for a caller that missed something at that time. kAsked asks with the caller's `authorization` (empty
  // = none). After kAsked and kJoined `answered` comes once, on a gRPC thread, when what came is in place; without
  // success all is as it was, and a caller who joined should take another turn.
  Turn Learn(absl::Time missed, Upstream* upstream, const std::string& authorization,
             std::function<void(bool success)> answered) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  bool Take(const std::string& response) ABSL_LOCKS_EXCLUDED(mutex_);
  void Answered(const UnaryAnswer& answer, absl::Time asked) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable base::Mutex mutex_;
  std::shared_ptr<const Flows> flows_ ABSL_GUARDED_BY(mutex_) = std::make_shared<Flows>();
  std::string last_ ABSL_GUARDED_BY(mutex_);                          // the response behind flows_
  absl::Time learnt_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();  // when the question behind flows_ was asked
  bool asking_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::function<void(bool)>> waiting_ ABSL_GUARDED_BY(mutex_);  // for the answer; one a request at most
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_FLOW_CATALOG_H_
