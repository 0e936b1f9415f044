#ifndef FLOWMESH_SERVER_CLI_CONNECTION_H_
#define FLOWMESH_SERVER_CLI_CONNECTION_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "flowmesh/v1/log_stream.grpc.pb.h"
#include "flowmesh/v1/orchestrator.grpc.pb.h"
#include "server/base/backoff.h"
#include "server/base/random.h"
#include "workers/sdk/channel_credentials.h"

namespace flowmesh::cli {

struct ConnectionOptions {
  std::string server = "127.0.0.1:7350";            // as in workers/sdk/server_address.h
  std::string token_file;                           // holds the bearer token; white space around it is ignored
  std::string token;                                // used when there is no file; empty = none is sent
  sdk::TlsFiles tls;                                // plain text unless it says otherwise
  bool allow_plaintext = false;                     // plain text to others than loopback
  absl::Duration deadline = absl::Seconds(10);      // of a call with all its retries
  absl::Duration reconnect_for = absl::Minutes(5);  // how long a cut stream is dialled again without an answer
  base::RetryPolicy retry = {.initial = absl::Milliseconds(100), .multiplier = 2, .cap = absl::Seconds(2)};
};

// The way to one server, or to several that stand for each other. Thread-safe.
class Connection {
 public:
  // Reads the token and certificates, dials nothing yet. Errors say which address or file is no good.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);

  // Makes a unary call that may be repeated without harm, and repeats it while the server is UNAVAILABLE until the
  // deadline; the last answer stands. Blocks. `method` as in &v1::Orchestrator::StubInterface::GetExecution.
  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (v1::Orchestrator::StubInterface::*method)(grpc::ClientContext*, const Request&,
                                                                            Response*),
                    const Request& request, Response* response) {
    return CallUntilAnswered([&](grpc::ClientContext* context) {
      response->Clear();
      return (orchestrator_.get()->*method)(context, request, response);
    });
  }
  template <typename Request, typename Response>
  absl::Status Call(grpc::Status (v1::LogStream::StubInterface::*method)(grpc::ClientContext*, const Request&,
                                                                         Response*),
                    const Request& request, Response* response) {
    return CallUntilAnswered([&](grpc::ClientContext* context) {
      response->Clear();
      return (log_stream_.get()->*method)(context, request, response);
    });
  }

  v1::LogStream::StubInterface& log_stream() { return *log_stream_; }

  // Adds the token to a call.
  void Authorize(grpc::ClientContext* context) const;

  // How long to wait before dialling again after so many failures in a row (from 1).
  absl::Duration RetryDelay(int failures);

  // Hears, in words, that a call is being repeated. Set before the first call; called on the calling thread.
  void OnRetry(std::function<void(const std::string&)> on_retry) { on_retry_ = std::move(on_retry); }

  const ConnectionOptions& options() const { return options_; }

 private:
  Connection(ConnectionOptions options, std::shared_ptr<grpc::Channel> channel);

  absl::Status CallUntilAnswered(const std::function<grpc::Status(grpc::ClientContext*)>& attempt);

  const ConnectionOptions options_;
  const std::unique_ptr<v1::Orchestrator::StubInterface> orchestrator_;
  const std::unique_ptr<v1::LogStream::StubInterface> log_stream_;
  base::SecureRandom random_;
  std::function<void(const std::string&)> on_retry_;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_CONNECTION_H_
