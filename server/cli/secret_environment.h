#ifndef FLOWMESH_SERVER_CLI_SECRET_ENVIRONMENT_H_
#define FLOWMESH_SERVER_CLI_SECRET_ENVIRONMENT_H_

#include <string>

namespace flowmesh::cli {

// The secrets that stand in the environment; empty = not set.
struct SecretEnvironment {
  std::string token;              // FLOWMESH_TOKEN: a bearer token
  std::string keys;               // FLOWMESH_KEYS: the text of a key set
  std::string model_key;          // OPENAI_API_KEY
  std::string store;              // FLOWMESH_STORE: the store's address, perhaps with a password
  std::string quiz_worker_token;  // FLOWMESH_QUIZ_WORKER_TOKEN: what a quiz worker shows when it delivers

  // Reads the variables, overwrites them where they stand and removes them, so that neither child processes nor
  // /proc/PID/environ show them. To be called once, before other threads exist.
  static SecretEnvironment Take();
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_SECRET_ENVIRONMENT_H_
