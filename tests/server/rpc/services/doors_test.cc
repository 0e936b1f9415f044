// Who gets in: TLS, workers' certificates, keys and certificates that change while the server runs.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/clock.h"
#include "server/door/key_set.h"
#include "server/door/token_signer.h"
#include "tests/server/rpc/services/replica_fixture.h"
#include "tests/support/made_certificates.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::rpc {
namespace {

using testing::FinishedEntry;
using ::testing::HasSubstr;
using testing::HelloEntry;
using testing::MadeAuthority;
using testing::MadePair;
using ::testing::Not;
using testing::RawWorker;
using testing::ReplaceFile;
using testing::StatusIs;

class DoorsTest : public ReplicaTest {
 protected:
  std::string File(const std::string& name) const { return directory_.file(name); }

  void Start(cli::ReplicaOptions options) {
    auto started = cli::Replica::Start(options);
    ASSERT_OK(started);
    replica_ = *std::move(started);
  }

  grpc::Status List(const std::shared_ptr<grpc::Channel>& channel, const std::string& token) {
    Call call(token);
    v1::ListExecutionsResponse response;
    return v1::Orchestrator::NewStub(channel)->ListExecutions(&call, {}, &response);
  }
};

class TlsDoorTest : public DoorsTest {
 protected:
  TlsDoorTest() {
    Install(authority_.Issue());
    ReplaceFile(File("worker-ca.pem"), farm_.Pem());
  }
  void Install(const MadePair& pair) {
    ReplaceFile(File("door.pem"), pair.certificate);
    ReplaceFile(File("door.key"), pair.private_key);
  }
  cli::ReplicaOptions TlsOptions() const {
    cli::ReplicaOptions options = ServerOptions();
    options.tls = {.key_pair = {File("door.pem"), File("door.key")}, .client_authorities = File("worker-ca.pem")};
    return options;
  }
  // A connection of its own, that trusts `authority` and shows `pair`.
  std::shared_ptr<grpc::Channel> ConnectTls(const MadeAuthority& authority, const MadePair& pair = {}) const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(replica_->address(),
                                     grpc::SslCredentials({.pem_root_certs = authority.Pem(),
                                                           .pem_private_key = pair.private_key,
                                                           .pem_cert_chain = pair.certificate}),
                                     arguments);
  }

  const MadeAuthority authority_;
  const MadeAuthority farm_{"farm"};
};

TEST_F(TlsDoorTest, ServesThoseWhoTrustItsCertificateAndNobodyInPlainText) {
  Start(TlsOptions());
  EXPECT_THAT(List(ConnectTls(authority_), Token("ann")), Succeeds());
  EXPECT_EQ(List(ConnectTls(farm_), Token("ann")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(List(Connect(), Token("ann")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(List(ConnectTls(authority_), ""), Refuses(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_MISSING"));
}

TEST_F(TlsDoorTest, AWorkerNeedsACertificateBesideItsToken) {
  Start(TlsOptions());
  const std::string token = Token("farm", {"worker"});
  RawWorker bare(ConnectTls(authority_), token);
  const grpc::Status refusal = bare.Finish();
  EXPECT_THAT(refusal, Refuses(grpc::StatusCode::PERMISSION_DENIED, "WORKER_CERTIFICATE_REQUIRED"));
  EXPECT_THAT(refusal.error_message(), HasSubstr("--tls-cert"));

  RawWorker stranger(ConnectTls(authority_, authority_.Issue()), token);
  EXPECT_EQ(stranger.Finish().error_code(), grpc::StatusCode::UNAVAILABLE) << "of another authority";

  RawWorker without_role(ConnectTls(authority_, farm_.Issue()), Token("ann"));
  EXPECT_THAT(without_role.Finish(), Refuses(grpc::StatusCode::PERMISSION_DENIED, "ROLE_REQUIRED"));

  RawWorker worker(ConnectTls(authority_, farm_.Issue()), token);
  EXPECT_TRUE(worker.Send(HelloEntry(HelloOf("worker-one"))));
  EXPECT_EQ(worker.Next().entry_case(), v1::OrchestratorEntry::kWelcome);
}

TEST_F(TlsDoorTest, WithoutAuthoritiesForWorkersATokenIsEnoughAndCertificatesStillChange) {
  cli::ReplicaOptions options = TlsOptions();
  options.tls.client_authorities.clear();
  Start(options);
  const auto attach = [this](const MadeAuthority& authority, const std::string& id, const MadePair& shown = {}) {
    RawWorker worker(ConnectTls(authority, shown), Token("farm", {"worker"}));
    worker.Send(HelloEntry(HelloOf(id)));
    return worker.Next().entry_case() == v1::OrchestratorEntry::kWelcome;
  };
  EXPECT_TRUE(attach(authority_, "worker-one"));
  EXPECT_TRUE(attach(authority_, "worker-two", farm_.Issue())) << "nobody asked for it";
  const MadeAuthority next;
  Install(next.Issue());
  replica_->ReadFilesAgain();
  EXPECT_TRUE(attach(next, "worker-three"));
}

TEST_F(TlsDoorTest, AWorkerInsideTheProcessNeedsNone) {
  Start(TlsOptions());
  RawWorker worker(replica_->InProcessChannel(), Token("farm", {"worker"}));
  worker.Send(HelloEntry(HelloOf("worker-one")));
  EXPECT_EQ(worker.Next().entry_case(), v1::OrchestratorEntry::kWelcome);
}

TEST_F(TlsDoorTest, ANewCertificateIsForNewConnectionsAndOpenStreamsStay) {
  Start(TlsOptions());
  const auto before = ConnectTls(authority_);
  EXPECT_THAT(List(before, Token("ann")), Succeeds());
  RawWorker worker(ConnectTls(authority_, farm_.Issue()), Token("farm", {"worker"}));
  worker.Send(HelloEntry(HelloOf("worker-one")));
  worker.NextWelcome();

  const MadeAuthority next;
  Install(next.Issue());
  replica_->ReadFilesAgain();
  EXPECT_THAT(List(ConnectTls(next), Token("ann")), Succeeds());
  EXPECT_EQ(List(ConnectTls(authority_), Token("ann")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(List(before, Token("ann")), Succeeds());
  orchestrator_ = v1::Orchestrator::NewStub(before);
  Call call(Token("ann"));
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
  worker.Send(FinishedEntry(worker.NextAssignment().attempt(), 1, Line("done")));
  EXPECT_TRUE(worker.Next().has_ack());
}

TEST_F(TlsDoorTest, ABrokenCertificateLeavesTheOldOneInUse) {
  Start(TlsOptions());
  ReplaceFile(File("door.key"), "broken");
  replica_->ReadFilesAgain();
  EXPECT_THAT(List(ConnectTls(authority_), Token("ann")), Succeeds());
  ReplaceFile(File("door.pem"), "broken too");
  replica_->ReadFilesAgain();
  EXPECT_THAT(List(ConnectTls(authority_), Token("ann")), Succeeds());
}

TEST_F(TlsDoorTest, WorkersOfAnAuthorityThatIsGoneAreRefused) {
  Start(TlsOptions());
  const MadeAuthority next_farm;
  ReplaceFile(File("worker-ca.pem"), next_farm.Pem());
  replica_->ReadFilesAgain();
  RawWorker old(ConnectTls(authority_, farm_.Issue()), Token("farm", {"worker"}));
  EXPECT_EQ(old.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  RawWorker worker(ConnectTls(authority_, next_farm.Issue()), Token("farm", {"worker"}));
  worker.Send(HelloEntry(HelloOf("worker-one")));
  EXPECT_EQ(worker.Next().entry_case(), v1::OrchestratorEntry::kWelcome);
}

TEST_F(TlsDoorTest, WhatIsMissingIsNamedAtTheStart) {
  const auto start = [this](const tls::IdentityFiles& files) {
    cli::ReplicaOptions options = ServerOptions();
    options.tls = files;
    return cli::Replica::Start(options);
  };
  constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(start({.key_pair = {File("door.pem"), ""}}), StatusIs(kInvalid, HasSubstr("--tls-key")));
  EXPECT_THAT(start({.key_pair = {"", File("door.key")}}), StatusIs(kInvalid, HasSubstr("--tls-cert")));
  EXPECT_THAT(start({.client_authorities = File("worker-ca.pem")}), StatusIs(kInvalid, HasSubstr("needs TLS")));
  EXPECT_THAT(start({.key_pair = {File("door.pem"), File("none")}}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

TEST_F(TlsDoorTest, WithTlsOthersThanLoopbackAreServed) {
  cli::ReplicaOptions options = TlsOptions();
  options.grpc_address = "0.0.0.0:0";
  EXPECT_OK(cli::Replica::Start(options));
}

class KeysTest : public DoorsTest {
 protected:
  static std::string KeysOf(const std::vector<std::string>& kids) {
    return absl::StrCat(R"({"keys":[)",
                        absl::StrJoin(kids, ",",
                                      [](std::string* out, const std::string& kid) {
                                        absl::StrAppend(out, R"({"kty":"oct","kid":")", kid, R"(","k":")",
                                                        absl::WebSafeBase64Escape(kid + std::string(32, 's')), "\"}");
                                      }),
                        "]}");
  }
  static std::string SignedWith(const std::string& kid) {
    base::SystemClock clock;
    return *door::TokenSigner::Create(*door::KeySet::Parse(KeysOf({kid})), &clock)->Sign("ann", {}, absl::Hours(1));
  }
  void StartWith(const std::vector<std::string>& kids) {
    ReplaceFile(File("keys.json"), KeysOf(kids));
    cli::ReplicaOptions options = ServerOptions();
    options.keys_file = File("keys.json");
    Start(options);
  }
};

TEST_F(KeysTest, ANewKeyIsAcceptedAndARemovedOneRefusedAlsoForTokensThatWereSeen) {
  StartWith({"old"});
  const auto channel = Connect();
  EXPECT_THAT(List(channel, SignedWith("old")), Succeeds());
  EXPECT_THAT(List(channel, SignedWith("new")), Refuses(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID"));
  ReplaceFile(File("keys.json"), KeysOf({"old", "new"}));
  replica_->ReadFilesAgain();
  EXPECT_THAT(List(channel, SignedWith("old")), Succeeds());
  EXPECT_THAT(List(channel, SignedWith("new")), Succeeds());
  ReplaceFile(File("keys.json"), KeysOf({"new"}));
  replica_->ReadFilesAgain();
  const grpc::Status refused = List(channel, SignedWith("old"));
  EXPECT_THAT(refused, Refuses(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID"));
  EXPECT_THAT(refused.error_message(), HasSubstr("\"old\""));
  EXPECT_THAT(List(channel, SignedWith("new")), Succeeds());
}

TEST_F(KeysTest, ABrokenFileLeavesTheKeysAsTheyAre) {
  StartWith({"old"});
  for (const char* broken : {"", "short", "{\"keys\": []}", "{"}) {
    ReplaceFile(File("keys.json"), broken);
    replica_->ReadFilesAgain();
    EXPECT_THAT(List(Connect(), SignedWith("old")), Succeeds()) << broken;
  }
}

TEST_F(KeysTest, AnOpenStreamOutlivesItsKey) {
  StartWith({"old"});
  orchestrator_ = v1::Orchestrator::NewStub(Connect());
  Call create(SignedWith("old"));
  v1::Execution execution;
  const auto worker_token = [] {
    base::SystemClock clock;
    const auto keys = door::KeySet::Parse(KeysOf({"old"}));
    return *door::TokenSigner::Create(*keys, &clock)->Sign("farm", {"worker"}, absl::Hours(1));
  }();
  RawWorker worker(Connect(), worker_token);
  worker.Send(HelloEntry(HelloOf("worker-one")));
  worker.NextWelcome();
  ASSERT_THAT(orchestrator_->CreateExecution(&create, EchoRequest(), &execution), Succeeds());
  const v1::AttemptId attempt = worker.NextAssignment().attempt();
  ReplaceFile(File("keys.json"), KeysOf({"new"}));
  replica_->ReadFilesAgain();
  worker.Send(FinishedEntry(attempt, 1, Line("done")));
  EXPECT_TRUE(worker.Next().has_ack());
}

class ExpiryTest : public DoorsTest {};

TEST_F(ExpiryTest, ASilentWorkersStreamEndsAndItsWorkGoesOnWithANewToken) {
  StartServer();
  const auto worker = Attach(HelloOf("worker-one"), Token("farm", {"worker"}, absl::Seconds(1)));
  Call call(Token("ann"));
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  EXPECT_THAT(worker->Finish(), Refuses(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_EXPIRED"));

  v1::Hello hello = HelloOf("worker-one");
  *hello.add_held()->mutable_attempt() = attempt;
  RawWorker again(Connect(), Token("farm", {"worker"}));
  again.Send(HelloEntry(hello));
  const v1::Welcome welcome = again.NextWelcome();
  ASSERT_EQ(welcome.held_size(), 1);
  EXPECT_FALSE(welcome.held(0).fenced());
  again.Send(FinishedEntry(attempt, 1, Line("done")));
  EXPECT_TRUE(again.Next().has_ack());
}

}  // namespace
}  // namespace flowmesh::rpc
