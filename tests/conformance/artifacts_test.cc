// Rows of artifacts: by id, and the same one found again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

class ArtifactsTest : public StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    Writes writes;
    writes.insert_executions = {execution_ = NewExecution()};
    ASSERT_OK(Write(writes));
  }

  ArtifactRow OfTask(const std::string& name, const std::string& digest, int32_t task = 0) {
    return {.id = NewId(),
            .owner = "ann",
            .execution_id = execution_.id,
            .task = task,
            .attempt = 3,
            .name = name,
            .media_type = "audio/ogg",
            .uri = "/somewhere/" + name,
            .size = int64_t{5} << 32,
            .digest = digest,
            .create_time = clock().Now()};
  }

  ArtifactRow Upload(const std::string& owner, const std::string& name, const std::string& digest) {
    ArtifactRow row = OfTask(name, digest);
    row.owner = owner;
    row.execution_id = {};
    row.task = 0;
    row.attempt = 0;
    return row;
  }

  void Insert(const std::vector<ArtifactRow>& rows) {
    Writes writes;
    writes.insert_artifacts = rows;
    ASSERT_OK(Write(writes));
  }

  std::vector<std::optional<ArtifactRow>> Find(const std::vector<ArtifactRow>& like) {
    std::vector<std::optional<ArtifactRow>> found;
    EXPECT_OK(Batch([&](Transaction& transaction) {
      auto rows = transaction.FindArtifacts(like);
      if (rows.ok()) found = *std::move(rows);
      return rows.status();
    }));
    return found;
  }

  ExecutionRow execution_;
  const std::string digest_ = std::string("\0\x01\xff", 3) + std::string(29, 'd');
};

RUN_ON_EVERY_STORE(ArtifactsTest);

TEST_P(ArtifactsTest, EveryColumnComesBack) {
  const ArtifactRow of_task = OfTask("a.ogg", digest_, 2);
  const ArtifactRow upload = Upload("bob", "Grüße \"1\".txt", digest_);
  Insert({of_task, upload});
  EXPECT_THAT(*store().ReadArtifact(of_task.id), Optional(of_task));
  EXPECT_THAT(*store().ReadArtifact(upload.id), Optional(upload));
  EXPECT_EQ(*store().ReadArtifact(NewId()), std::nullopt);
  Reopen();
  EXPECT_THAT(*store().ReadArtifact(of_task.id), Optional(of_task));
}

TEST_P(ArtifactsTest, TheSameOneIsFoundWhateverItsIdAttemptAndTime) {
  const ArtifactRow row = OfTask("a.ogg", digest_, 2);
  Insert({row});
  ArtifactRow again = row;
  again.id = NewId();
  again.attempt = 4;
  again.create_time += absl::Seconds(1);
  EXPECT_THAT(Find({again}), ElementsAre(Optional(row)));
}

TEST_P(ArtifactsTest, AnotherWriterNameTypeOrDigestIsAnotherArtifact) {
  const ArtifactRow row = OfTask("a.ogg", digest_, 2);
  const ArtifactRow upload = Upload("ann", "a.ogg", digest_);
  Insert({row, upload});
  ArtifactRow task = row;
  task.task = 1;
  ArtifactRow name = row;
  name.name = "A.ogg";
  ArtifactRow type = row;
  type.media_type = "audio/opus";
  ArtifactRow digest = row;
  digest.digest = std::string(32, 'e');
  ArtifactRow execution = row;
  execution.execution_id = NewId();
  ArtifactRow owner = upload;
  owner.owner = "bob";
  EXPECT_THAT(Find({task, name, type, digest, execution, owner, upload, row}),
              ElementsAre(std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt,
                          Optional(upload), Optional(row)));
}

TEST_P(ArtifactsTest, TheSameOneCannotBeThereTwice) {
  const ArtifactRow row = OfTask("a.ogg", digest_);
  Insert({row});
  ArtifactRow again = row;
  again.id = NewId();
  Writes writes;
  writes.insert_artifacts = {again};
  EXPECT_FALSE(Write(writes).ok());
  EXPECT_EQ(*store().ReadArtifact(again.id), std::nullopt);
}

}  // namespace
}  // namespace flowmesh::store
