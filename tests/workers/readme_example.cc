// The worker that README.md shows; a test compares the two.
#include "flowmesh/poem/v1/poem.pb.h"
#include "workers/sdk/flowmesh.h"

using flowmesh::poem::v1::Poem;
using flowmesh::poem::v1::WritePoem;
using flowmesh::sdk::Flow;
using flowmesh::sdk::FlowContext;
using flowmesh::sdk::TaskContext;

constexpr flowmesh::sdk::TaskType<WritePoem, Poem> kGreeting{"greeting"};

absl::StatusOr<Poem> Greet(TaskContext& context, const WritePoem& request) {
  Poem poem;
  poem.set_title("Greetings for " + request.title());
  for (const char* word : {"Hello", "Welcome", "Farewell"}) {
    if (context.WaitCancelled(absl::Milliseconds(300))) return absl::CancelledError("told to stop");
    const std::string line = std::string(word) + ", " + request.title();
    context.Output(line + "\n");  // streams to everybody who tails the execution
    poem.add_stanzas()->add_lines(line);
  }
  context.Info("all greetings are said", {{"count", "3"}});
  return poem;
}

Flow<Poem> Welcome(FlowContext& flow, WritePoem guest) {
  WritePoem companion = guest;
  companion.set_title("companion of " + guest.title());
  auto [poem, second] = co_await flow.All(flow.Call(kGreeting, guest), flow.Call(kGreeting, companion));
  co_await flow.Sleep(absl::Seconds(1));  // no thread waits, and a restart does not begin it anew
  poem.mutable_stanzas()->MergeFrom(second.stanzas());
  co_return poem;
}

int main() {
  flowmesh::sdk::Worker worker({.server = "127.0.0.1:7350", .name = "greeter", .slots = 4});
  worker.Serve("greeting", Greet);
  worker.ServeFlow("welcome", Welcome);
  return worker.Run();
}
