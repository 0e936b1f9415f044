#include "server/cli/secret_environment.h"

#include <openssl/crypto.h>

#include <cstdlib>
#include <cstring>

namespace flowmesh::cli {
namespace {

std::string TakeVariable(const char* name) {
  char* value = std::getenv(name);
  if (value == nullptr) return "";
  std::string secret = value;
  OPENSSL_cleanse(value, std::strlen(value));
  unsetenv(name);
  return secret;
}

}  // namespace

SecretEnvironment SecretEnvironment::Take() {
  return {.token = TakeVariable("FLOWMESH_TOKEN"),
          .keys = TakeVariable("FLOWMESH_KEYS"),
          .model_key = TakeVariable("OPENAI_API_KEY"),
          .store = TakeVariable("FLOWMESH_STORE"),
          .quiz_worker_token = TakeVariable("FLOWMESH_QUIZ_WORKER_TOKEN")};
}

}  // namespace flowmesh::cli
