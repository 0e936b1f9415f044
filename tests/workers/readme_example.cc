// The worker that README.md shows; a test compares the two.
#include "flowmesh/poem/v1/poem.pb.h"
#include "workers/sdk/flowmesh.h"

using flowmesh::poem::v1::Poem;
using flowmesh::poem::v1::WritePoem;

absl::StatusOr<Poem> Greet(flowmesh::sdk::TaskContext& context, const WritePoem& request) {
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

int main() {
  flowmesh::sdk::Worker worker({.server = "127.0.0.1:7350", .name = "greeter", .slots = 4});
  worker.Serve("greeting", Greet);
  return worker.Run();
}
