// Artifacts in tests of functions and flows, without a server.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/status_matchers.h"
#include "workers/sdk/artifact_box.h"
#include "workers/sdk/test_context.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::StatusIs;

constexpr char kId[] = "0192f0c4-8d1e-7001-9abc-0123456789ab";

TEST(ArtifactIdTest, AnIdIsFoundInEveryFormOfAUri) {
  for (const std::string& text : {std::string(kId), std::string("/v1/artifacts/") + kId + "/content",
                                  std::string("/v1/artifacts/") + kId + "/content?token=a.b.c",
                                  std::string("https://mesh.example/v1/artifacts/") + kId + "/content"}) {
    EXPECT_EQ(ArtifactIdOf(text), kId) << text;
  }
}

TEST(TestTaskContextTest, ArtifactsAreKeptInMemory) {
  TestTaskContext context;
  const absl::StatusOr<Artifact> artifact = context.WriteArtifact("a.ogg", "audio/ogg", "sound");
  ASSERT_OK(artifact);
  EXPECT_EQ(artifact->size(), 5);
  EXPECT_EQ(artifact->execution_id(), context.execution_id());
  EXPECT_THAT(context.ReadArtifact(artifact->uri()), IsOkAndHolds("sound"));
  ASSERT_EQ(context.artifacts().written().size(), 1U);
  EXPECT_EQ(context.artifacts().bytes(artifact->id()), "sound");

  const absl::StatusOr<Artifact> again = context.WriteArtifact("a.ogg", "audio/ogg", "sound");
  ASSERT_OK(again);
  EXPECT_EQ(again->id(), artifact->id());
  EXPECT_EQ(context.artifacts().written().size(), 1U) << "the same one is there once, as on the server";
}

TEST(TestTaskContextTest, AContentWritesItselfPieceByPiece) {
  TestTaskContext context;
  const absl::StatusOr<Artifact> artifact =
      context.WriteArtifact("a.txt", "text/plain", [](ArtifactSink& sink) -> absl::Status {
        for (const char* piece : {"a rose ", "is a rose"}) {
          if (absl::Status written = sink.Write(piece); !written.ok()) return written;
        }
        return absl::OkStatus();
      });
  ASSERT_OK(artifact);
  EXPECT_THAT(context.ReadArtifact(artifact->id()), IsOkAndHolds("a rose is a rose"));
  const auto failed = context.WriteArtifact("b", "", [](ArtifactSink&) { return absl::DataLossError("dried up"); });
  EXPECT_THAT(failed.status(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(context.artifacts().written().size(), 1U);
}

TEST(TestTaskContextTest, WhatTheTestPutIsFound) {
  TestTaskContext context;
  const std::string id = context.artifacts().Put("in.txt", "text/plain", "hello");
  EXPECT_THAT(context.ReadArtifact(id), IsOkAndHolds("hello"));
  EXPECT_THAT(context.ReadArtifact(id, 4), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(context.ReadArtifact(kId), StatusIs(absl::StatusCode::kNotFound));
  auto reader = context.OpenArtifact(id, -2);
  ASSERT_OK(reader);
  EXPECT_THAT((*reader)->Read(), IsOkAndHolds("lo"));
  EXPECT_THAT((*reader)->Read(), IsOkAndHolds(""));
  EXPECT_TRUE(context.artifacts().written().empty());
}

TEST(TestTaskContextTest, APathIsNoName) {
  TestTaskContext context;
  EXPECT_THAT(context.WriteArtifact("../a", "", "x"), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace flowmesh::sdk
