#include "server/cli/text_model_flags.h"

#include <cstdlib>
#include <utility>

#include "workers/models/openai/openai_text_model.h"

namespace flowmesh::cli {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

void AddTextModelFlags(CLI::App& app, TextModelFlags& flags) {
  app.add_option("--text-model", flags.model,
                 "builtin, or a model of an OpenAI-compatible endpoint; its key: OPENAI_API_KEY")
      ->capture_default_str();
  app.add_option("--text-base-url", flags.base_url,
                 "the endpoint, as in http://127.0.0.1:11434/v1 (or OPENAI_BASE_URL)");
  app.add_option("--text-provider", flags.provider, "the provider's name in results and usage")->capture_default_str();
  app.add_option("--text-price-input", flags.price_input, "US dollars per million tokens read")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--text-price-output", flags.price_output, "US dollars per million tokens written")
      ->check(CLI::NonNegativeNumber);
  app.add_flag("--text-key-without-tls", flags.key_without_tls, "send the key over plain http to another machine");
  app.add_option("--text-ca-file", flags.ca_file, "PEM certificates to trust instead of the system's");
}

absl::StatusOr<std::shared_ptr<models::TextModel>> OpenTextModel(const TextModelFlags& flags) {
  if (flags.model == "builtin") return nullptr;
  models::OpenAiOptions options{.model = flags.model,
                                .api_key = flags.api_key,
                                .key_without_tls = flags.key_without_tls,
                                .provider = flags.provider,
                                .prices = {.input = flags.price_input, .output = flags.price_output}};
  if (std::string url = flags.base_url.empty() ? Environment("OPENAI_BASE_URL") : flags.base_url; !url.empty()) {
    options.base_url = std::move(url);
  }
  options.http.ca_file = flags.ca_file;
  auto model = models::OpenAiTextModel::Open(std::move(options));
  if (!model.ok()) return model.status();
  return std::shared_ptr<models::TextModel>(*std::move(model));
}

}  // namespace flowmesh::cli
