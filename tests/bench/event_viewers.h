#ifndef FLOWMESH_TESTS_BENCH_EVENT_VIEWERS_H_
#define FLOWMESH_TESTS_BENCH_EVENT_VIEWERS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/bench/http_socket.h"

namespace flowmesh::bench {

// What one viewer makes of the bytes of its event stream. Not thread-safe.
class EventStreamReader {
 public:
  // Errors: the answer's status is not 200, an event is missing or came twice, the stream ends with an error.
  absl::Status Read(absl::string_view bytes);

  bool accepted() const { return accepted_; }  // the answer's head came
  bool ended() const { return ended_; }        // the stream ended well
  int64_t bytes() const { return bytes_; }
  int64_t log_lines() const { return log_lines_; }

 private:
  absl::Status ReadLine();

  bool accepted_ = false;
  bool ended_ = false;
  int64_t bytes_ = 0;
  int64_t log_lines_ = 0;
  int64_t last_seq_ = 0;
  std::string head_;  // as long as it is not whole
  std::string line_;  // the beginning of the line that is not whole
};

// Browsers that look at executions: each has one GET /v1/executions/{id}/events open as an event stream. Not
// thread-safe: all reading happens inside of the calls.
class EventViewers {
 public:
  enum class Pace {
    kEager,        // reads what is there
    kByteASecond,  // and lets the kernel keep as little for it as can be
  };

  static absl::StatusOr<std::unique_ptr<EventViewers>> Create(std::string address);
  ~EventViewers();
  EventViewers(const EventViewers&) = delete;
  EventViewers& operator=(const EventViewers&) = delete;

  // Adds a viewer for each id and returns once all answers have begun. 100 ask at a time. A slow viewer reads eagerly
  // until its answer has begun. Errors: as in ReadFor; DEADLINE_EXCEEDED.
  absl::Status Open(const std::vector<std::string>& execution_ids, Pace pace, absl::Duration timeout);

  // Reads with all viewers at their paces until `time` is over. Errors: of the first viewer that fails.
  absl::Status ReadFor(absl::Duration time);

  // The slow viewers become eager.
  absl::Status HurryAll();

  // Leaves, without a word.
  void CloseAll();

  size_t size() const { return viewers_.size(); }
  const EventStreamReader& operator[](size_t viewer) const { return viewers_[viewer].reader; }

 private:
  struct Viewer {
    HttpSocket socket;
    EventStreamReader reader;
    std::optional<int64_t> next_byte;  // when it reads one more; nothing = eager
  };

  EventViewers(std::string address, int poller) : address_(std::move(address)), poller_(poller) {}
  absl::Status Add(const std::string& execution_id, Pace pace);
  absl::Status Watch(size_t viewer);
  absl::Status Receive(size_t viewer, size_t most);

  const std::string address_;
  const int poller_;
  std::vector<Viewer> viewers_;
  std::vector<size_t> slow_;
  std::string received_;
};

}  // namespace flowmesh::bench

#endif  // FLOWMESH_TESTS_BENCH_EVENT_VIEWERS_H_
