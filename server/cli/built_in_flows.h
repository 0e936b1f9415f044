// The flows that are compiled in, as the commands with a worker serve them.
#ifndef FLOWMESH_SERVER_CLI_BUILT_IN_FLOWS_H_
#define FLOWMESH_SERVER_CLI_BUILT_IN_FLOWS_H_

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "prometheus/registry.h"
#include "server/cli/text_model_flags.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::cli {

struct BuiltInFlags {
  int slots = 0;  // functions at once; 0 = one per hardware thread
  absl::Duration poem_pace = absl::Milliseconds(60);
  absl::Duration objective_pace = absl::Milliseconds(300);
  TextModelFlags text_model;
};

void AddBuiltInFlags(CLI::App& app, BuiltInFlags& flags);

// Lets the worker serve them; calls of models are counted in `families`, which must outlive the worker. Errors say
// which flag is wrong.
absl::Status ServeBuiltIn(const BuiltInFlags& flags, prometheus::Registry& families, sdk::Worker* worker);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_BUILT_IN_FLOWS_H_
