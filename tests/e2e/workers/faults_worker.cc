// A worker whose flows the end-to-end cases and the fault runs use; faults.proto says what they do.
#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "tests/e2e/workers/family.h"
#include "tests/e2e/workers/ledger.h"
#include "tests/e2e/workers/waits.h"
#include "workers/sdk/flowmesh.h"

int main(int argc, char** argv) {
  flowmesh::sdk::WorkerOptions options;
  options.name = "faults";
  std::string ledger_path;
  int keepalive_ms = 1'000;
  int park_after_ms = 10'000;
  int drain_ms = 1'000;
  int code_version = 1;

  CLI::App app("the worker of the end-to-end cases and the fault runs");
  app.add_option("--server", options.server, "HOST:PORT of the orchestrator")->required();
  app.add_option("--token-file", options.token_file, "bearer token of the role `worker`");
  app.add_option("--name", options.name, "name for people");
  app.add_option("--slots", options.slots, "functions at once");
  app.add_option("--flows", options.flows, "flows in memory at once");
  app.add_option("--ledger", ledger_path, "file to which what is computed is appended");
  app.add_option("--code-version", code_version, "version of the flows that wait");
  app.add_option("--keepalive-ms", keepalive_ms, "a silent connection is asked this often whether it lives");
  app.add_option("--park-after-ms", park_after_ms, "a flow that only waits for longer is released from memory");
  app.add_option("--drain-ms", drain_ms, "how long running work may go on after SIGTERM");
  CLI11_PARSE(app, argc, argv);

  options.keepalive = absl::Milliseconds(keepalive_ms);
  options.keepalive_timeout = absl::Milliseconds(keepalive_ms);
  options.park_after = absl::Milliseconds(park_after_ms);
  options.drain_timeout = absl::Milliseconds(drain_ms);
  const auto ledger = flowmesh::faults::Ledger::Open(ledger_path);
  if (!ledger.ok()) {
    std::cerr << ledger.status().message() << "\n";
    return 1;
  }
  flowmesh::sdk::Worker worker(options);
  flowmesh::faults::ServeFamily(ledger->get(), &worker);
  flowmesh::faults::ServeWaits(ledger->get(), code_version, &worker);
  return worker.Run();
}
