#ifndef FLOWMESH_SERVER_CLI_EVENT_FOLLOWER_H_
#define FLOWMESH_SERVER_CLI_EVENT_FOLLOWER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "server/cli/connection.h"

namespace flowmesh::cli {

// Reads an execution's events through LogStream.Tail. A cut stream is dialled again with backoff and resumed after the
// last event, so that every event comes once and in order. One thread.
class EventFollower {
 public:
  struct Request {
    std::string execution_id;
    int64_t after = 0;  // the last seq that is not wanted
    bool follow = true;
    std::vector<std::string> kinds;  // empty = all
  };

  // `connection` must outlive the follower.
  EventFollower(Connection* connection, Request request);

  // Blocks until the stream's end and hands out each event. `on_notice` hears, in words, of cuts and returns.
  // Errors: what the server answered; UNAVAILABLE when it could not be reached for the connection's `reconnect_for`
  // (before the first answer: its `deadline`); the message then says how to go on.
  absl::Status Run(const std::function<void(const v1::Event&)>& on_event,
                   const std::function<void(const std::string&)>& on_notice);

  // The newest seq handed out; the request's `after` before that.
  int64_t last_seq() const { return last_seq_; }

 private:
  // Reads one stream to its end. `answered` becomes true with the first sign of life.
  grpc::Status ReadOnce(const std::function<void(const v1::Event&)>& on_event, const std::function<void()>& on_answer);
  absl::Status GiveUp(const absl::Status& status) const;

  Connection* const connection_;
  const Request request_;
  int64_t last_seq_;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_EVENT_FOLLOWER_H_
