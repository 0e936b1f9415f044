// A worker of a simulation: speaks the whole protocol, over a stream that is cut, and dies, stalls and comes back.
#ifndef FLOWMESH_TESTS_SIMULATION_WORKER_H_
#define FLOWMESH_TESTS_SIMULATION_WORKER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/engine/session_message.h"
#include "server/engine/transition.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/history.h"
#include "tests/simulation/mesh.h"
#include "tests/simulation/rule.h"
#include "tests/simulation/stream.h"

namespace flowmesh::simulation {

// A stream that is over; the worker may not know it yet.
struct Goodbye {
  Server* server = nullptr;
  uint64_t session = 0;
  std::shared_ptr<Stream> stream;
};

// What workers have sent and may be heard a second time, and what they have told outside.
struct Air {
  std::vector<engine::FrameCommand> frames;
  std::vector<Goodbye> goodbyes;  // not yet noticed by the server
  std::set<std::string> tokens;   // digests, of external waits
  int64_t texts = 0;              // counts what must be unique
  uint64_t artifacts = 0;         // the same for their ids
  uint64_t records = 0;           // the same for theirs
};

class Worker {
 public:
  Worker(std::string name, Mesh* mesh, Dice* dice, History* history, Air* air, Rule broken);

  // One action of its own choice; things may go wrong.
  void Turn();
  // One round in which nothing goes wrong.
  void Work();

 private:
  struct Run {
    engine::AssignmentMessage assignment;
    bool cancelled = false;
    bool ended = false;
    int32_t last_record = 0;
    int64_t made = 0;  // entries
    std::map<std::string, std::string> seen;
    std::set<std::string> called;
    std::map<std::string, store::Payload> own_steps;
    std::optional<std::map<std::string, store::Payload>> remembered;  // once it has come
    bool repeats = true;                                              // all records so far were reused
    std::optional<int64_t> parked;                                    // the entry that says so
    std::deque<engine::Entry> unsent;
    std::deque<engine::Entry> unacked;
  };

  void Attach();
  void Cut();
  void Hear();
  void Send();
  void Advance(Run& run);
  void AdvanceFlow(Run& run);
  // A record of the result shall be kept, in its own commit.
  void KeepResult(const Run& run, engine::Finished* finished);
  void MakeWait(Run& run, const struct Wait& wait);
  void Make(Run& run, engine::EntryBody body);
  void Tell(Run& run);
  void WriteArtifact(const Run& run);
  std::string Unique(const std::string& what, const Run& run);
  void Deliver(engine::FrameCommand frame);

  void Take(const engine::WelcomeMessage& welcome);
  void Take(const engine::AssignmentMessage& assignment);
  void Take(const engine::RecordMessage& record);
  void Take(const Remembered& remembered);
  void Take(const engine::CancelMessage& cancel);
  void Take(const engine::AckMessage& ack);
  void Take(const engine::FencedMessage& fenced) { runs_.erase(fenced.attempt); }
  void Take(const Go&) {}  // says what the number of records says, and may be lost with a stream

  const std::string name_;
  Mesh* const mesh_;
  Server* server_ = nullptr;  // to which the stream goes, or went last
  Dice* const dice_;
  History* const history_;
  Air* const air_;
  const Rule broken_;
  const bool parks_;  // its flows leave its memory while they only wait
  int lives_ = 1;
  std::string worker_id_;
  uint64_t session_ = 0;
  std::shared_ptr<Stream> stream_;  // null: not attached
  bool welcomed_ = false;
  uint64_t stalled_ = 0;  // turns it does nothing
  std::map<engine::AttemptKey, Run> runs_;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_WORKER_H_
