// Which model writes text, as flags and environment name it.
#ifndef FLOWMESH_SERVER_CLI_TEXT_MODEL_FLAGS_H_
#define FLOWMESH_SERVER_CLI_TEXT_MODEL_FLAGS_H_

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::cli {

struct TextModelFlags {
  std::string model = "builtin";  // `builtin`, or a model's name at the endpoint
  std::string base_url;           // empty = OPENAI_BASE_URL, then the provider's published one
  std::string provider = "openai";
  double price_input = 0;   // US dollars per million tokens read
  double price_output = 0;  // and written
  bool key_without_tls = false;
  std::string ca_file;
  std::string api_key;  // no flag: OPENAI_API_KEY, so that it stands in no process title
};

void AddTextModelFlags(CLI::App& app, TextModelFlags& flags);

// Null for the built-in writer. INVALID_ARGUMENT says which setting is wrong.
absl::StatusOr<std::shared_ptr<models::TextModel>> OpenTextModel(const TextModelFlags& flags);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_TEXT_MODEL_FLAGS_H_
