// Artifacts over gRPC: written whole or not at all, fenced, read by whoever may.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "flowmesh/v1/artifact.grpc.pb.h"
#include "server/base/digest.h"
#include "tests/server/rpc/services/replica_fixture.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::rpc {
namespace {

using grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RawWorker;
using ::testing::SizeIs;

using Header = v1::WriteArtifactRequest::Header;

class ArtifactsTest : public ReplicaTest {
 protected:
  void Serve(bool developer = true) {
    if (developer) {
      StartDeveloper();
    } else {
      StartServer();
    }
    artifacts_ = v1::Artifacts::NewStub(Connect());
  }

  static Header HeaderOf(const std::string& name = "a.txt") {
    Header header;
    header.set_name(name);
    header.set_media_type("text/plain");
    return header;
  }

  static Header HeaderOf(const v1::AttemptId& attempt, const std::string& name = "a.txt") {
    Header header = HeaderOf(name);
    header.set_execution_id(attempt.execution_id());
    header.set_task(attempt.task());
    header.set_attempt(attempt.attempt());
    return header;
  }

  // Header, chunks and, unless told otherwise, the end.
  grpc::Status Write(const Header& header, const std::vector<std::string>& chunks, v1::Artifact* artifact,
                     const std::string& token = "", bool end = true) {
    Call call(token);
    auto writer = artifacts_->Write(&call, artifact);
    v1::WriteArtifactRequest request;
    *request.mutable_header() = header;
    bool open = writer->Write(request);
    for (const std::string& chunk : chunks) {
      request.set_data(chunk);
      open = open && writer->Write(request);
    }
    request.mutable_end();
    if (open && end) writer->Write(request);
    writer->WritesDone();
    return writer->Finish();
  }

  v1::Artifact Written(const Header& header, const std::string& text, const std::string& token = "") {
    v1::Artifact artifact;
    EXPECT_THAT(Write(header, {text}, &artifact, token), Succeeds());
    return artifact;
  }

  grpc::Status Read(const v1::ReadArtifactRequest& request, std::string* text, const std::string& token = "",
                    grpc::ClientContext* context = nullptr) {
    Call own(token);
    grpc::ClientContext* call = context == nullptr ? &own : context;
    auto reader = artifacts_->Read(call, request);
    google::api::HttpBody body;
    while (reader->Read(&body)) {
      if (first_type_.empty()) first_type_ = body.content_type();
      *text += body.data();
    }
    return reader->Finish();
  }

  std::string Content(const std::string& id, int64_t offset = 0, int64_t length = 0, const std::string& token = "") {
    v1::ReadArtifactRequest request;
    request.set_id(id);
    request.set_offset(offset);
    request.set_length(length);
    std::string text;
    EXPECT_THAT(Read(request, &text, token), Succeeds());
    return text;
  }

  grpc::Status Get(const std::string& id, v1::Artifact* artifact, const std::string& token = "") {
    Call call(token);
    v1::GetArtifactRequest request;
    request.set_id(id);
    return artifacts_->Get(&call, request, artifact);
  }

  // What lies in the object store.
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path() + "/artifacts")) {
      if (entry.is_regular_file() && entry.path().filename() != "flowmesh.lock") {
        names.push_back(entry.path().filename().string());
      }
    }
    return names;
  }

  std::vector<v1::Event> ArtifactEvents(const std::string& id) {
    Call call;
    v1::ListEventsRequest request;
    request.set_execution_id(id);
    request.add_kinds("artifact");
    v1::ListEventsResponse response;
    EXPECT_THAT(log_stream_->ListEvents(&call, request, &response), Succeeds());
    std::vector<v1::Event> events;
    for (const v1::Event& event : response.events()) {
      if (event.has_artifact()) events.push_back(event);  // the terminal state always comes
    }
    return events;
  }

  v1::AttemptId Assigned(RawWorker& worker) {
    CreateEcho();
    return worker.NextAssignment().attempt();
  }

  std::unique_ptr<v1::Artifacts::Stub> artifacts_;
  std::string first_type_;
};

TEST_F(ArtifactsTest, AnUploadIsReadBackWholeAndInParts) {
  Serve();
  const std::string text(300'000, 'x');
  const std::string content = "begin" + text + "end";
  v1::Artifact artifact;
  ASSERT_THAT(Write(HeaderOf(), {"begin", text, "", "end"}, &artifact), Succeeds());
  EXPECT_EQ(artifact.size(), 300'008);
  EXPECT_EQ(artifact.digest(), base::Hex(base::Sha256(content)));
  EXPECT_EQ(artifact.name(), "a.txt");
  EXPECT_EQ(artifact.uri(), "/v1/artifacts/" + artifact.id() + "/content");
  EXPECT_EQ(artifact.execution_id(), "");
  EXPECT_TRUE(artifact.has_create_time());

  EXPECT_EQ(Content(artifact.id()), content);
  EXPECT_EQ(first_type_, "text/plain");
  EXPECT_EQ(Content(artifact.id(), 0, 5), "begin");
  EXPECT_EQ(Content(artifact.id(), 300'004), "xend");
  EXPECT_EQ(Content(artifact.id(), 300'008), "") << "the end itself is no error";
  EXPECT_EQ(Content(artifact.id(), -3), "end");
  EXPECT_EQ(Content(artifact.id(), -3, 2), "en");
  EXPECT_EQ(Content(artifact.id(), -1'000'000, 5), "begin");

  v1::Artifact got;
  ASSERT_THAT(Get(artifact.id(), &got), Succeeds());
  EXPECT_EQ(got.SerializeAsString(), artifact.SerializeAsString());
}

TEST_F(ArtifactsTest, ReadingSaysWhatTheGatewayNeeds) {
  Serve();
  const v1::Artifact artifact = Written(HeaderOf("Grüße.txt"), "hello");
  Call call;
  v1::ReadArtifactRequest request;
  request.set_id(artifact.id());
  std::string text;
  ASSERT_THAT(Read(request, &text, "", &call), Succeeds());
  EXPECT_EQ(rpc::HeaderOf(call, "etag"), "\"" + artifact.digest() + "\"");
  EXPECT_EQ(rpc::HeaderOf(call, "x-content-size"), "5");
  EXPECT_EQ(rpc::HeaderOf(call, "content-disposition"),
            "inline; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt");
}

TEST_F(ArtifactsTest, BeyondTheEndIsOutOfRangeAndSaysTheSize) {
  Serve();
  const v1::Artifact artifact = Written(HeaderOf(), "hello");
  v1::ReadArtifactRequest request;
  request.set_id(artifact.id());
  request.set_offset(6);
  std::string text;
  const grpc::Status status = Read(request, &text);
  EXPECT_THAT(status, Refuses(StatusCode::OUT_OF_RANGE, "RANGE_UNSATISFIABLE"));
  EXPECT_EQ(base::GetMetadata(door::FromGrpcStatus(status)).at("size"), "5");
}

TEST_F(ArtifactsTest, AnEmptyArtifactHasAMediaType) {
  Serve();
  v1::Artifact artifact;
  ASSERT_THAT(Write(HeaderOf(), {}, &artifact), Succeeds());
  EXPECT_EQ(Content(artifact.id()), "");
  EXPECT_EQ(first_type_, "text/plain");
}

TEST_F(ArtifactsTest, UploadingTheSameAgainIsTheSameArtifact) {
  Serve();
  const v1::Artifact first = Written(HeaderOf(), "hello");
  EXPECT_EQ(Written(HeaderOf(), "hello").id(), first.id());
  EXPECT_NE(Written(HeaderOf("b.txt"), "hello").id(), first.id());
  EXPECT_NE(Written(HeaderOf(), "hello!").id(), first.id());
}

TEST_F(ArtifactsTest, AWrongDigestKeepsNothing) {
  Serve();
  Header header = HeaderOf();
  header.set_digest(std::string(64, 'a'));
  v1::Artifact artifact;
  EXPECT_THAT(Write(header, {"hello"}, &artifact), Refuses(StatusCode::INVALID_ARGUMENT, "DIGEST_MISMATCH"));
  header.set_digest(base::Hex(base::Sha256("hello")));
  EXPECT_THAT(Write(header, {"hello"}, &artifact, "", /*end=*/false), Succeeds()) << "the digest stands for the end";
  replica_->Stop();  // what was refused is removed behind the answer
  EXPECT_THAT(Files(), ElementsAre(artifact.id()));
}

TEST_F(ArtifactsTest, AStreamThatBreaksOffIsNoArtifact) {
  Serve();
  v1::Artifact artifact;
  EXPECT_THAT(Write(HeaderOf(), {"hal"}, &artifact, "", /*end=*/false),
              Refuses(StatusCode::INVALID_ARGUMENT, "END_MISSING"));
  replica_->Stop();
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(ArtifactsTest, BadHeadersAreRefusedFieldByField) {
  Serve();
  Header header;
  header.set_name("../etc/passwd");
  header.set_media_type("text");
  header.set_digest("abc");
  header.set_task(3);
  v1::Artifact artifact;
  const grpc::Status status = Write(header, {}, &artifact);
  EXPECT_THAT(status, Refuses(StatusCode::INVALID_ARGUMENT, "FIELDS_INVALID"));
  EXPECT_THAT(base::GetViolations(door::FromGrpcStatus(status)), SizeIs(4));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(ArtifactsTest, MessagesInTheWrongOrderAreRefused) {
  Serve();
  v1::Artifact artifact;
  {
    Call call;
    auto writer = artifacts_->Write(&call, &artifact);
    v1::WriteArtifactRequest request;
    request.set_data("hello");
    writer->Write(request);
    EXPECT_THAT(writer->Finish(), Refuses(StatusCode::INVALID_ARGUMENT, "HEADER_MISSING"));
  }
  EXPECT_THAT(Write(HeaderOf(), {std::string((1 << 20) + 1, 'x')}, &artifact),
              Refuses(StatusCode::INVALID_ARGUMENT, "CHUNK_TOO_LARGE"));
  {
    Call call;
    auto writer = artifacts_->Write(&call, &artifact);
    v1::WriteArtifactRequest request;
    *request.mutable_header() = HeaderOf();
    writer->Write(request);
    writer->Write(request);
    EXPECT_THAT(writer->Finish(), Refuses(StatusCode::INVALID_ARGUMENT, "SECOND_HEADER"));
  }
}

TEST_F(ArtifactsTest, AWorkersArtifactStandsInTheStreamOfItsExecution) {
  Serve();
  const auto worker = Attach(HelloOf("worker-one"));
  const v1::AttemptId attempt = Assigned(*worker);
  const v1::Artifact artifact = Written(HeaderOf(attempt), "a verse");
  EXPECT_EQ(artifact.execution_id(), attempt.execution_id());
  const auto events = ArtifactEvents(attempt.execution_id());
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].artifact().id(), artifact.id());
  EXPECT_EQ(events[0].artifact().digest(), artifact.digest());
  EXPECT_EQ(events[0].artifact().size(), 7);
  EXPECT_EQ(events[0].artifact().uri(), artifact.uri());
  EXPECT_EQ(events[0].attempt(), 1);

  EXPECT_EQ(Written(HeaderOf(attempt), "a verse").id(), artifact.id()) << "writing it again has one effect";
  EXPECT_THAT(ArtifactEvents(attempt.execution_id()), SizeIs(1));
  replica_->Stop();
  EXPECT_THAT(Files(), SizeIs(1));
}

TEST_F(ArtifactsTest, AStaleAttemptIsRefusedAtTheHeader) {
  Serve();
  const auto worker = Attach(HelloOf("worker-one"));
  v1::AttemptId attempt = Assigned(*worker);
  attempt.set_attempt(2);
  v1::Artifact artifact;
  EXPECT_THAT(Write(HeaderOf(attempt), {}, &artifact), Refuses(StatusCode::FAILED_PRECONDITION, "STALE_ATTEMPT"));
  attempt.set_attempt(1);
  attempt.set_task(5);
  EXPECT_THAT(Write(HeaderOf(attempt), {}, &artifact), Refuses(StatusCode::FAILED_PRECONDITION, "STALE_ATTEMPT"));
  attempt.set_execution_id("0192f0c4-8d1e-7001-9abc-0123456789ab");
  EXPECT_THAT(Write(HeaderOf(attempt), {}, &artifact), Refuses(StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN"));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(ArtifactsTest, AnAttemptThatBecomesStaleMeanwhileIsRefusedAtTheCommit) {
  Serve();
  const auto worker = Attach(HelloOf("worker-one"));
  const v1::AttemptId attempt = Assigned(*worker);
  Call call;
  v1::Artifact artifact;
  auto writer = artifacts_->Write(&call, &artifact);
  v1::WriteArtifactRequest request;
  *request.mutable_header() = HeaderOf(attempt);
  ASSERT_TRUE(writer->Write(request));
  request.set_data("late");
  ASSERT_TRUE(writer->Write(request));
  while (Files().empty()) {
    // The header was taken once its file is there.
    std::this_thread::yield();
  }
  worker->Send(testing::FinishedEntry(attempt, 1, Line("done")));
  WaitForEnd(attempt.execution_id());
  request.mutable_end();
  writer->Write(request);
  EXPECT_THAT(writer->Finish(), Refuses(StatusCode::FAILED_PRECONDITION, "STALE_ATTEMPT"));
  EXPECT_THAT(ArtifactEvents(attempt.execution_id()), IsEmpty());
  replica_->Stop();
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(ArtifactsTest, OwnersSeeTheirOwnAndAdminsAll) {
  Serve(/*developer=*/false);
  const std::string ann = Token("ann");
  const v1::Artifact artifact = Written(HeaderOf(), "hers", ann);
  v1::Artifact got;
  EXPECT_THAT(Get(artifact.id(), &got, ann), Succeeds());
  EXPECT_THAT(Get(artifact.id(), &got, Token("root", {"admin"})), Succeeds());
  const grpc::Status foreign = Get(artifact.id(), &got, Token("bob"));
  EXPECT_THAT(foreign, Refuses(StatusCode::NOT_FOUND, "ARTIFACT_UNKNOWN"));
  v1::ReadArtifactRequest request;
  request.set_id(artifact.id());
  std::string text;
  EXPECT_THAT(Read(request, &text, Token("bob")), Refuses(StatusCode::NOT_FOUND, "ARTIFACT_UNKNOWN"));
  EXPECT_THAT(Read(request, &text), Refuses(StatusCode::UNAUTHENTICATED, "TOKEN_MISSING"));
  EXPECT_EQ(Content(artifact.id(), 0, 0, Token("root", {"admin"})), "hers");
}

TEST_F(ArtifactsTest, OnlyWorkersWriteForExecutionsAndForThoseOfAnyOwner) {
  Serve(/*developer=*/false);
  const std::string worker_token = Token("machine", {"worker"});
  const auto worker = Attach(HelloOf("worker-one"), worker_token);
  Call call(Token("ann"));
  v1::Execution execution;
  ASSERT_THAT(orchestrator_->CreateExecution(&call, EchoRequest(), &execution), Succeeds());
  const v1::AttemptId attempt = worker->NextAssignment().attempt();
  v1::Artifact artifact;
  EXPECT_THAT(Write(HeaderOf(attempt), {"x"}, &artifact, Token("ann")),
              Refuses(StatusCode::PERMISSION_DENIED, "ROLE_REQUIRED"));
  ASSERT_THAT(Write(HeaderOf(attempt), {"x"}, &artifact, worker_token), Succeeds());
  v1::Artifact got;
  EXPECT_THAT(Get(artifact.id(), &got, Token("ann")), Succeeds()) << "it belongs to the execution's owner";
  EXPECT_THAT(Get(artifact.id(), &got, worker_token), Refuses(StatusCode::NOT_FOUND, "ARTIFACT_UNKNOWN"));
}

TEST_F(ArtifactsTest, ASignedUrlOpensThisContentAndNothingElse) {
  Serve(/*developer=*/false);
  const std::string ann = Token("ann", {}, absl::Minutes(5));
  const v1::Artifact artifact = Written(HeaderOf(), "hers", ann);
  const v1::Artifact other = Written(HeaderOf("b.txt"), "also hers", ann);
  Call call(ann);
  v1::SignArtifactRequest sign;
  sign.set_id(artifact.id());
  v1::SignedArtifact signed_artifact;
  ASSERT_THAT(artifacts_->Sign(&call, sign, &signed_artifact), Succeeds());
  const std::string uri = signed_artifact.uri();
  const std::string begin = artifact.uri() + "?token=";
  ASSERT_EQ(uri.substr(0, begin.size()), begin);
  const std::string token = uri.substr(begin.size());
  const absl::Time expires = absl::FromUnixSeconds(signed_artifact.expire_time().seconds());
  EXPECT_GT(expires, absl::Now() + absl::Minutes(58)) << "it does not end with the signer's token";

  EXPECT_EQ(Content(artifact.id(), 0, 0, token), "hers");
  v1::ReadArtifactRequest request;
  request.set_id(other.id());
  std::string text;
  EXPECT_THAT(Read(request, &text, token), Refuses(StatusCode::UNAUTHENTICATED, "TICKET_FOR_ANOTHER_PATH"));
  v1::Artifact got;
  EXPECT_THAT(Get(artifact.id(), &got, token), Refuses(StatusCode::UNAUTHENTICATED, "TICKET_NOT_ACCEPTED"));
  Call again(token);
  EXPECT_THAT(artifacts_->Sign(&again, sign, &signed_artifact),
              Refuses(StatusCode::UNAUTHENTICATED, "TICKET_NOT_ACCEPTED"));
}

TEST_F(ArtifactsTest, ASignatureHasALifeOfOneSecondToSevenDays) {
  Serve();
  const v1::Artifact artifact = Written(HeaderOf(), "x");
  v1::SignArtifactRequest sign;
  sign.set_id(artifact.id());
  v1::SignedArtifact signed_artifact;
  for (const int64_t seconds : {int64_t{0}, int64_t{7 * 24 * 3600 + 1}}) {
    sign.mutable_ttl()->set_seconds(seconds);
    Call call;
    EXPECT_THAT(artifacts_->Sign(&call, sign, &signed_artifact),
                Refuses(StatusCode::INVALID_ARGUMENT, "FIELDS_INVALID"));
  }
  sign.mutable_ttl()->set_seconds(7 * 24 * 3600);
  Call call;
  EXPECT_THAT(artifacts_->Sign(&call, sign, &signed_artifact), Succeeds());
}

TEST_F(ArtifactsTest, AServerThatStopsEndsOpenWritesAndKeepsNothingOfThem) {
  Serve();
  Call call;
  v1::Artifact artifact;
  auto writer = artifacts_->Write(&call, &artifact);
  v1::WriteArtifactRequest request;
  *request.mutable_header() = HeaderOf();
  ASSERT_TRUE(writer->Write(request));
  while (Files().empty()) std::this_thread::yield();
  replica_->Stop();
  EXPECT_EQ(writer->Finish().error_code(), StatusCode::UNAVAILABLE);
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(ArtifactsTest, WhatWasWrittenIsThereAfterARestart) {
  Serve();
  const v1::Artifact artifact = Written(HeaderOf(), "kept");
  replica_.reset();
  Serve();
  EXPECT_EQ(Content(artifact.id()), "kept");
}

TEST_F(ArtifactsTest, LostBytesAreAnErrorAndNoShortAnswer) {
  Serve();
  const v1::Artifact artifact = Written(HeaderOf(), "kept");
  const std::string path = directory_.path() + "/artifacts/objects/" + artifact.id().substr(34) + "/" + artifact.id();
  std::filesystem::resize_file(path, 2);
  v1::ReadArtifactRequest request;
  request.set_id(artifact.id());
  std::string text;
  EXPECT_THAT(Read(request, &text), Refuses(StatusCode::DATA_LOSS, "CONTENT_LOST"));
  std::filesystem::remove(path);
  EXPECT_THAT(Read(request, &text), Refuses(StatusCode::DATA_LOSS, "CONTENT_LOST"));
}

}  // namespace
}  // namespace flowmesh::rpc
