#include "server/cli/flags.h"

#include <utility>
#include <vector>

namespace flowmesh::cli {

CLI::Option* AddDurationFlag(CLI::App& app, const std::string& name, std::function<void(absl::Duration)> set,
                             const std::string& description) {
  const auto read = [name, set = std::move(set)](const std::string& text) {
    absl::Duration duration;
    if (!absl::ParseDuration(text, &duration) || duration <= absl::ZeroDuration()) {
      throw CLI::ValidationError(name, "\"" + text + "\" is no length of time above zero; write 500ms, 30s or 1h30m");
    }
    set(duration);
  };
  return app.add_option_function<std::string>(name, read, description)->type_name("DURATION");
}

CLI::Option* AddPairsFlag(CLI::App& app, const std::string& name, std::map<std::string, std::string>* pairs,
                          const std::string& description) {
  const auto read = [name, pairs](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const size_t equals = text.find('=');
      if (equals == std::string::npos || equals == 0) {
        throw CLI::ValidationError(name, "\"" + text + "\" must be NAME=VALUE");
      }
      (*pairs)[text.substr(0, equals)] = text.substr(equals + 1);
    }
  };
  return app.add_option_function<std::vector<std::string>>(name, read, description)
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

}  // namespace flowmesh::cli
