// Records that a session's flows already have when they come (again), and before them the steps that a retry's flows
// remember: read page by page and put before what follows.
#ifndef FLOWMESH_SERVER_RPC_RECORD_FEEDS_H_
#define FLOWMESH_SERVER_RPC_RECORD_FEEDS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "flowmesh/v1/worker.pb.h"
#include "server/engine/session_message.h"
#include "server/store/rows.h"

namespace flowmesh::rpc {

// One page is read at a time, whatever the number of flows: memory is bounded by a page and by what the session lets
// wait. Not thread-safe.
class RecordFeeds {
 public:
  using Entries = std::vector<v1::OrchestratorEntry>;
  static constexpr size_t kPageBytes = size_t{2} << 20;

  // The attempt gets the steps of the flow that it remembers, if there is one, and its records after `after` up to
  // `until`, then `go` if it may begin only with them.
  void Begin(const engine::AttemptKey& attempt, int32_t after, int32_t until, bool go,
             const std::optional<store::TaskKey>& remembers = std::nullopt);

  // The attempt has records after `after` that nobody said one by one; they come up to `until`.
  void Add(const engine::AttemptKey& attempt, int32_t after, int32_t until);

  // Whether the attempt is being fed: the entry (a newer record or an ack, which must not overtake records) then comes
  // when it has been.
  bool Hold(const engine::AttemptKey& attempt, v1::OrchestratorEntry&& entry);

  // The attempt is over.
  void Drop(const engine::AttemptKey& attempt) { feeds_.erase(attempt); }

  struct Page {
    engine::AttemptKey attempt;
    store::TaskKey flow;  // whose records are read
    int32_t after = 0;
    int32_t until = 0;  // as far as it was known when the page was asked for
    bool remembered = false;
  };
  // What is to be read next; nullopt = nothing, or a page is being read.
  std::optional<Page> NextPage();

  // The page that NextPage named has been read: what is to be sent.
  Entries Take(const Page& page, std::vector<store::TaskRow> records);

 private:
  struct Feed {
    std::optional<store::TaskKey> remembers;  // until its steps were read
    int32_t steps_after = 0;
    int32_t after = 0;
    int32_t until = 0;
    bool go = false;
    Entries held;
  };

  Entries TakeRemembered(const Page& page, std::vector<store::TaskRow> records, Feed& feed);

  std::map<engine::AttemptKey, Feed> feeds_;
  std::deque<engine::AttemptKey> turns_;
  bool reading_ = false;
};

}  // namespace flowmesh::rpc

#endif  // FLOWMESH_SERVER_RPC_RECORD_FEEDS_H_
