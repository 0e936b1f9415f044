// Resources that no execution has: numbered without gaps, named once, made once for each idempotency key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::IdNumber;
using ::testing::Optional;

class MadeResourcesTest : public CommitLoopTest {
 protected:
  static store::AliasRow Name(const std::string& kind, const std::string& name, const std::string& owner = "ann") {
    return {.owner = owner, .kind = kind, .alias = name};
  }
  static store::IdempotencyRow Key(const std::string& key, const std::string& digest) {
    return {.owner = "ann", .method = "Make", .key = key, .digest = digest};
  }

  std::shared_ptr<Heard<MadeResource>> Make(const std::string& name, const std::string& owner = "ann",
                                            std::optional<store::IdempotencyRow> key = std::nullopt) {
    auto heard = std::make_shared<Heard<MadeResource>>();
    MakeResourceCommand command;
    command.row = {.id = IdNumber(1000 + ++made_), .kind = "user", .owner = owner};
    command.names = {Name("user.name", name, owner)};
    command.counter =
        store::ResourceRow{.id = IdNumber(owner == "ann" ? 1 : 2), .kind = "user.counter", .owner = owner};
    command.numbered = [](int64_t number, store::ResourceRow* row, std::vector<store::AliasRow>* names) {
      row->payload = absl::StrCat(number);
      names->push_back(Name("user.number", row->payload, row->owner));
    };
    command.key = std::move(key);
    command.reply = [heard](absl::StatusOr<MadeResource> made) {
      ++heard->times;
      heard->answer = std::move(made);
    };
    EXPECT_TRUE(lanes_->OfferClient(std::move(command), 0));
    return heard;
  }
  std::string NumberOf(const std::string& name, const std::string& owner = "ann") {
    const auto heard = Make(name, owner);
    Run();
    return heard->ok() ? heard->value().row.payload : std::string(heard->status().message());
  }

  uint64_t made_ = 0;
};

TEST_F(MadeResourcesTest, NumbersCountFromOneForEachOwner) {
  EXPECT_EQ(NumberOf("ada"), "1");
  EXPECT_EQ(NumberOf("bob"), "2");
  EXPECT_EQ(NumberOf("ada", "zoe"), "1");
  EXPECT_EQ(NumberOf("cyd"), "3");
  EXPECT_THAT(*database_->ReadAlias(Name("user.number", "2")), Optional(IdNumber(1002)));
  EXPECT_EQ((*database_->ReadResource(IdNumber(1002)))->payload, "2");
}

TEST_F(MadeResourcesTest, ANameIsGivenOnceAndARefusalUsesNoNumberUp) {
  const auto first = Make("ada");
  const auto beside = Make("ada");
  const auto other = Make("bob");
  Run();
  EXPECT_OK(first->status());
  EXPECT_EQ(base::GetReason(beside->status()), "NAME_TAKEN");
  EXPECT_EQ(base::GetMetadata(beside->status()).at("object_id"), first->value().row.id.ToString());
  EXPECT_EQ(other->value().row.payload, "2");
  const auto later = Make("ada");
  Run();
  EXPECT_EQ(base::GetReason(later->status()), "NAME_TAKEN");
  EXPECT_EQ(NumberOf("cyd"), "3");
}

TEST_F(MadeResourcesTest, AKeyMakesOne) {
  const auto first = Make("ada", "ann", Key("k", "ada"));
  const auto beside = Make("ada", "ann", Key("k", "ada"));
  Run();
  const auto later = Make("ada", "ann", Key("k", "ada"));
  const auto other = Make("bob", "ann", Key("k", "bob"));
  Run();
  ASSERT_OK(first->status());
  EXPECT_FALSE(first->value().replayed);
  for (const auto& repeat : {beside, later}) {
    ASSERT_OK(repeat->status());
    EXPECT_TRUE(repeat->value().replayed);
    EXPECT_EQ(repeat->value().row, first->value().row);
  }
  EXPECT_EQ(base::GetReason(other->status()), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(NumberOf("bob"), "2") << "the refused command has kept nothing";
}

TEST_F(MadeResourcesTest, ABatchThatIsRepeatedCountsOnce) {
  store_->Next({Fault::kConflictAtApply, Fault::kConflictAtCommit});
  EXPECT_EQ(NumberOf("ada"), "1");
  EXPECT_EQ(NumberOf("bob"), "2");
}

TEST_F(MadeResourcesTest, OneThatLostItsProcessIsMadeOnceByItsKey) {
  store_->Next({Fault::kLostAfterCommit});
  Make("ada", "ann", Key("k", "ada"));
  Run();
  Restart();
  const auto again = Make("ada", "ann", Key("k", "ada"));
  Run();
  ASSERT_OK(again->status());
  EXPECT_TRUE(again->value().replayed);
  EXPECT_EQ(again->value().row.payload, "1");
}

}  // namespace
}  // namespace flowmesh::engine
