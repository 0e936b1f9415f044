#include "server/cli/observe_flags.h"

#include <iostream>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace flowmesh::cli {

void AddObserveFlags(CLI::App& app, const std::string& subject, ObserveFlags& flags) {
  app.add_option("--metrics", flags.metrics_address,
                 "PORT of this machine, or IP:PORT, that serves Prometheus metrics at /metrics; without it none does");
  app.add_option("--log-format", flags.log_format, "json: one object a line")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, base::LogFormat>{{"text", base::LogFormat::kText}, {"json", base::LogFormat::kJson}}))
      ->type_name("text|json");
  app.add_flag("--access-log", flags.access_log, absl::StrCat("log one line for each ", subject));
}

void LogToStandardError(const ObserveFlags& flags) {
  auto logger = spdlog::stderr_logger_mt("flowmesh");
  logger->set_formatter(base::MakeLogFormatter(flags.log_format));
  spdlog::set_default_logger(std::move(logger));
}

void Announce(const ObserveFlags& flags, const std::string& words) {
  if (flags.log_format == base::LogFormat::kJson) {
    spdlog::info("{}", words);
  } else {
    std::cerr << absl::StrCat(words, "\n");
  }
}

std::unique_ptr<metrics::Registry> MakeRegistry() { return std::make_unique<metrics::Registry>(FLOWMESH_VERSION); }

absl::StatusOr<std::unique_ptr<metrics::MetricsPort>> OpenMetricsPort(const ObserveFlags& flags, bool allow_plaintext,
                                                                      const metrics::Registry* registry) {
  if (flags.metrics_address.empty()) return nullptr;
  auto port = metrics::MetricsPort::Open(flags.metrics_address, allow_plaintext, registry);
  if (port.ok()) Announce(flags, absl::StrCat("flowmesh serves metrics on ", (*port)->address()));
  return port;
}

}  // namespace flowmesh::cli
