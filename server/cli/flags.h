#ifndef FLOWMESH_SERVER_CLI_FLAGS_H_
#define FLOWMESH_SERVER_CLI_FLAGS_H_

#include <functional>
#include <map>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/time/time.h"

namespace flowmesh::cli {

// What --server takes.
inline constexpr char kServerWords[] =
    "the server: HOST:PORT, ADDRESS:PORT,ADDRESS:PORT of several, or dns:///NAME:PORT";

// Adds a flag whose value is a length of time above zero, written as 500ms, 30s, 1h30m. `set` hears it.
CLI::Option* AddDurationFlag(CLI::App& app, const std::string& name, std::function<void(absl::Duration)> set,
                             const std::string& description);

// Adds a flag that may come many times, each with a value NAME=VALUE; the last value of a name stands.
CLI::Option* AddPairsFlag(CLI::App& app, const std::string& name, std::map<std::string, std::string>* pairs,
                          const std::string& description);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_FLAGS_H_
