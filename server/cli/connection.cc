#include "server/cli/connection.h"

#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/base/secret_file.h"
#include "server/cli/tls_flags.h"
#include "server/door/status.h"
#include "workers/sdk/server_channel.h"

namespace flowmesh::cli {
namespace {

absl::StatusOr<std::string> ReadToken(const ConnectionOptions& options) {
  if (options.token_file.empty()) return std::string(absl::StripAsciiWhitespace(options.token));
  const absl::StatusOr<std::string> text = base::ReadSecretFile(options.token_file);
  if (!text.ok()) return absl::InvalidArgumentError(text.status().message());
  std::string token(absl::StripAsciiWhitespace(*text));
  if (token.empty())
    return absl::InvalidArgumentError(absl::StrCat("the token file ", options.token_file, " is empty"));
  return token;
}

// What gRPC knows about a server that it cannot talk to, in words that help.
absl::Status Explained(const grpc::Status& status, const ConnectionOptions& options) {
  const std::string& message = status.error_message();
  const auto says = [&message](absl::string_view text) { return absl::StrContains(message, text); };
  std::string words;
  if (says("certificate verify failed")) {
    words = options.tls.authorities.empty()
                ? "none of the system's authorities has signed its certificate: say --tls-ca FILE"
                : absl::StrCat("nobody in ", options.tls.authorities, " has signed its certificate");
  } else if (says("is not in peer certificate") || says("Hostname Verification Check failed")) {
    words = "its certificate is for another name: use one of the names in it";
  } else if (says("wrong version number") || says("WRONG_VERSION_NUMBER")) {
    words = "it does not speak TLS there: leave --tls and --tls-ca out";
  } else if (!options.tls.on() && says("Socket closed")) {
    words = "it closes the connection: it may want TLS, say --tls-ca FILE or --tls";
  }
  if (words.empty()) return door::FromGrpcStatus(status);
  return absl::UnavailableError(absl::StrCat("cannot talk to ", options.server, ": ", words));
}

bool FitsAHeader(const std::string& token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Dial(const ConnectionOptions& options) {
  absl::Status status = CheckPlaintext(options.server, options.tls, options.allow_plaintext || options.token.empty());
  if (!status.ok()) return status;
  const absl::StatusOr<sdk::TlsMaterial> material = sdk::ReadTlsMaterial(options.tls, absl::Now());
  if (!material.ok()) return absl::InvalidArgumentError(material.status().message());
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // By default pings stop on a stream that is quiet, which is when a dead server must be noticed.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // The channel's own waits are shorter than ours, so that ours decide.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);  // the limit of one dial
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetMaxReceiveMessageSize(16 << 20);
  return sdk::ChannelTo(options.server, *material, arguments);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const ConnectionOptions& given) {
  ConnectionOptions options = given;
  absl::StatusOr<std::string> token = ReadToken(options);
  if (!token.ok()) return token.status();
  if (!FitsAHeader(*token))
    return absl::InvalidArgumentError("the token holds blanks or other characters that no token has");
  options.token = *std::move(token);
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = Dial(options);
  if (!channel.ok()) return channel.status();
  return std::unique_ptr<Connection>(new Connection(std::move(options), *std::move(channel)));
}

Connection::Connection(ConnectionOptions options, std::shared_ptr<grpc::Channel> channel)
    : options_(std::move(options)),
      orchestrator_(v1::Orchestrator::NewStub(channel)),
      log_stream_(v1::LogStream::NewStub(channel)) {}

void Connection::Authorize(grpc::ClientContext* context) const {
  if (!options_.token.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", options_.token));
}

absl::Duration Connection::RetryDelay(int failures) {
  return base::FullJitterDelay(options_.retry, failures, random_.NextUniform());
}

absl::Status Connection::CallUntilAnswered(const std::function<grpc::Status(grpc::ClientContext*)>& attempt) {
  const absl::Time deadline = absl::Now() + options_.deadline;
  for (int failures = 1;; ++failures) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    Authorize(&context);
    const grpc::Status status = attempt(&context);
    if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return door::FromGrpcStatus(status);
    const absl::Duration delay = RetryDelay(failures);
    if (absl::Now() + delay >= deadline) return Explained(status, options_);
    if (failures == 1 && on_retry_) {
      on_retry_(
          absl::StrCat(options_.server, " does not answer, trying for ", absl::FormatDuration(options_.deadline)));
    }
    absl::SleepFor(delay);
  }
}

}  // namespace flowmesh::cli
