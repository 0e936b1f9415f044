#include "gateway/http/gateway.h"

#include <atomic>
#include <boost/asio.hpp>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "flowmesh/accounts/v1/accounts.pb.h"
#include "flowmesh/blueprint/v1/blueprints.pb.h"
#include "flowmesh/quiz/v1/quizzes.pb.h"
#include "flowmesh/v1/artifact.pb.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "gateway/http/connection.h"
#include "gateway/http/core.h"
#include "gateway/http/tls_context.h"
#include "server/base/error.h"
#include "server/base/mutex.h"

namespace flowmesh::gateway {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

constexpr std::chrono::milliseconds kAcceptPause(100);

std::vector<const google::protobuf::ServiceDescriptor*> ServedServices() {
  return {v1::CreateExecutionRequest::descriptor()->file()->FindServiceByName("Orchestrator"),
          v1::TailRequest::descriptor()->file()->FindServiceByName("LogStream"),
          v1::Artifact::descriptor()->file()->FindServiceByName("Artifacts"),
          accounts::v1::User::descriptor()->file()->FindServiceByName("Accounts"),
          blueprint::v1::Blueprint::descriptor()->file()->FindServiceByName("Blueprints"),
          quiz::v1::QuizTask::descriptor()->file()->FindServiceByName("Quizzes")};
}

absl::StatusOr<tcp::endpoint> ParseAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("'", address, "' is no address: expected host:port"));
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  error_code error;
  const net::ip::address ip = net::ip::make_address(host, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("'", host, "' is no IP address"));
  return tcp::endpoint(ip, static_cast<unsigned short>(port));
}

}  // namespace

class Gateway::Server {
 public:
  // `tls` may be null.
  Server(const GatewayOptions& options, transcode::RouteTable routes, std::unique_ptr<TlsContext> tls)
      : core_(options, std::move(routes)),
        tls_(std::move(tls)),
        threads_wanted_(std::max(1, options.threads)),
        acceptor_(net::make_strand(*io_)),
        accept_pause_(acceptor_.get_executor()) {}
  ~Server() { Stop(); }

  absl::Status Listen(const tcp::endpoint& endpoint);
  void Start();
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);
  const std::string& address() const { return address_; }

 private:
  void Accept();
  void Serve(tcp::socket socket) ABSL_LOCKS_EXCLUDED(mutex_);
  void Ended(int64_t number) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<std::shared_ptr<Connection>> Open() const ABSL_LOCKS_EXCLUDED(mutex_);

  Core core_;
  const std::unique_ptr<TlsContext> tls_;  // of the acceptor's strand
  const int threads_wanted_;
  const std::shared_ptr<net::io_context> io_ = std::make_shared<net::io_context>();
  std::optional<net::executor_work_guard<net::io_context::executor_type>> work_;
  tcp::acceptor acceptor_;
  net::steady_timer accept_pause_;
  std::string address_;
  std::vector<std::thread> threads_;

  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::map<int64_t, std::weak_ptr<Connection>> connections_ ABSL_GUARDED_BY(mutex_);
  int64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool accepting_ ABSL_GUARDED_BY(mutex_) = false;
};

absl::Status Gateway::Server::Listen(const tcp::endpoint& endpoint) {
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
  if (error) {
    return base::Error(
        absl::StatusCode::kUnavailable, "ADDRESS_NOT_AVAILABLE",
        absl::StrCat("cannot listen on ", endpoint.address().to_string(), ":", endpoint.port(), ": ", error.message()));
  }
  const tcp::endpoint local = acceptor_.local_endpoint(error);
  const std::string ip = local.address().to_string();
  address_ = local.address().is_v6() ? absl::StrCat("[", ip, "]:", local.port()) : absl::StrCat(ip, ":", local.port());
  return absl::OkStatus();
}

void Gateway::Server::Start() {
  core_.scrapes.Start();
  work_.emplace(io_->get_executor());
  {
    base::MutexLock lock(mutex_);
    accepting_ = true;
  }
  net::post(acceptor_.get_executor(), [this] { Accept(); });
  for (int i = 0; i < threads_wanted_; ++i) {
    threads_.emplace_back([this] { io_->run(); });
  }
}

void Gateway::Server::Accept() {
  acceptor_.async_accept(net::make_strand(*io_), [this](error_code error, tcp::socket socket) {
    const bool closed = error == net::error::operation_aborted || !acceptor_.is_open();
    if (!error) Serve(std::move(socket));
    if (closed) {
      base::MutexLock lock(mutex_);
      accepting_ = false;
      changed_.NotifyAll();
      return;
    }
    if (!error) return Accept();
    // Out of file descriptors, most likely: trying at once again would only burn the processor.
    accept_pause_.expires_after(kAcceptPause);
    accept_pause_.async_wait([this](error_code) { Accept(); });
  });
}

void Gateway::Server::Serve(tcp::socket socket) {
  const auto executor = socket.get_executor();
  ClientSocket client =
      tls_ == nullptr ? ClientSocket(std::move(socket)) : ClientSocket(std::move(socket), tls_->Current());
  auto connection = std::make_shared<Connection>(std::move(client), io_, &core_);
  int64_t number = 0;
  bool full = false;
  {
    base::MutexLock lock(mutex_);
    if (stopping_) return;
    full = static_cast<int>(connections_.size()) >= core_.limits.connections;
    if (!full) {
      number = ++last_;
      connections_[number] = connection;
    }
  }
  if (full) return core_.metrics.CountRefusal("TOO_MANY_CONNECTIONS");
  core_.metrics.connections().Increment();
  net::co_spawn(
      executor, [connection] { return connection->Run(); },
      [this, number, connection](const std::exception_ptr&) mutable {
        connection.reset();
        core_.metrics.connections().Decrement();
        Ended(number);
      });
}

void Gateway::Server::Ended(int64_t number) {
  base::MutexLock lock(mutex_);
  connections_.erase(number);
  changed_.NotifyAll();
}

std::vector<std::shared_ptr<Connection>> Gateway::Server::Open() const {
  std::vector<std::shared_ptr<Connection>> open;
  base::MutexLock lock(mutex_);
  for (const auto& [number, connection] : connections_) {
    if (auto alive = connection.lock()) open.push_back(std::move(alive));
  }
  return open;
}

void Gateway::Server::Stop() {
  {
    base::MutexLock lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  if (!work_.has_value()) return;
  net::post(acceptor_.get_executor(), [this] {
    error_code ignored;
    acceptor_.close(ignored);
  });
  for (const auto& connection : Open()) connection->Drain();
  const auto drained = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(core_.limits.drain_time);
  {
    base::MutexLock lock(mutex_);
    while (!connections_.empty() && changed_.WaitUntil(lock, drained)) {
    }
  }
  for (const auto& connection : Open()) connection->Abort();
  {
    base::MutexLock lock(mutex_);
    while (!connections_.empty() || accepting_) changed_.Wait(lock);
  }
  core_.scrapes.Stop();
  work_.reset();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Gateway::Gateway(std::unique_ptr<Server> server) : server_(std::move(server)) {}
Gateway::~Gateway() { Stop(); }
const std::string& Gateway::address() const { return server_->address(); }
void Gateway::Stop() { server_->Stop(); }

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(GatewayOptions options) {
  auto endpoint = ParseAddress(options.address);
  if (!endpoint.ok()) return endpoint.status();
  const bool plain = options.identity == nullptr && !options.allow_plaintext;
  if (!endpoint->address().is_loopback() && (options.developer || plain)) {
    return base::Error(absl::StatusCode::kInvalidArgument, "ADDRESS_NOT_ALLOWED",
                       options.developer ? "developer mode serves loopback addresses only"
                                         : absl::StrCat(options.address,
                                                        " would carry tokens in plain text: give --tls-cert and "
                                                        "--tls-key, or say --allow-plaintext behind a TLS proxy"));
  }
  if (options.upstream == nullptr) return absl::InvalidArgumentError("the gateway needs an upstream channel");
  if (options.services.empty()) options.services = ServedServices();
  auto routes = transcode::RouteTable::Build(options.services);
  if (!routes.ok()) return routes.status();
  std::unique_ptr<TlsContext> tls;
  if (options.identity != nullptr) {
    auto made = TlsContext::Create(options.identity);
    if (!made.ok()) return made.status();
    tls = *std::move(made);
  }
  auto server = std::make_unique<Server>(options, *std::move(routes), std::move(tls));
  if (absl::Status status = server->Listen(*endpoint); !status.ok()) return status;
  server->Start();
  return std::unique_ptr<Gateway>(new Gateway(std::move(server)));
}

}  // namespace flowmesh::gateway
