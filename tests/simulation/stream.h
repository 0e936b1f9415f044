// The server's half of one worker's stream: keeps the order of what is said and puts earlier records in their place.
#ifndef FLOWMESH_TESTS_SIMULATION_STREAM_H_
#define FLOWMESH_TESTS_SIMULATION_STREAM_H_

#include <deque>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "server/engine/session_message.h"
#include "tests/simulation/history.h"
#include "tests/simulation/rule.h"
#include "tests/simulation/server.h"

namespace flowmesh::simulation {

struct Go {
  engine::AttemptKey attempt;
};

// All steps that a retry's flow remembers, by key.
struct Remembered {
  engine::AttemptKey attempt;
  std::map<std::string, store::Payload> steps;
};

class Stream : public engine::SessionChannel {
 public:
  using Message = std::variant<engine::AssignmentMessage, engine::RecordMessage, engine::CancelMessage,
                               engine::AckMessage, engine::FencedMessage, engine::WelcomeMessage, Go, Remembered>;

  Stream(Server* server, History* history, Rule broken)
      : server_(server), history_(history), broken_(broken), life_(server->lives()) {}

  void Send(std::vector<engine::SessionMessage> messages) override;
  void Close(const std::string&) override { closed_ = true; }

  bool closed() const { return closed_ || !server_->alive() || server_->lives() != life_; }
  std::deque<Message>& messages() { return messages_; }

 private:
  void FeedRemembered(const engine::AttemptKey& attempt, const store::TaskKey& flow);
  void FeedRecords(const engine::AttemptKey& attempt, int32_t after, int32_t until);

  Server* const server_;
  History* const history_;
  const Rule broken_;
  const int64_t life_;
  bool closed_ = false;
  std::deque<Message> messages_;
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_STREAM_H_
