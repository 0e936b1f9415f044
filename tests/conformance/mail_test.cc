#include <algorithm>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

STORE_SUITE(Mail);
STORE_SUITE(Heads);
SHARED_STORE_SUITE(MailBetweenReplicas);

TEST_P(Mail, IsTakenOnceUpToTheLimit) {
  EXPECT_THAT(store().HasMail(replica()), IsOkAndHolds(false));
  EXPECT_THAT(ClaimMail(10), IsEmpty());
  std::vector<Id> ids;
  Writes writes;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(NewId(i % 2 == 0 ? "ann" : "bob"));
    writes.insert_mail.push_back({replica(), ids.back()});
  }
  ASSERT_OK(Write(writes));
  EXPECT_THAT(store().HasMail(replica()), IsOkAndHolds(true));

  std::vector<Id> claimed = ClaimMail(3);
  EXPECT_THAT(claimed, SizeIs(3));
  EXPECT_THAT(store().HasMail(replica()), IsOkAndHolds(true));
  for (const Id& id : ClaimMail(10)) claimed.push_back(id);
  EXPECT_THAT(claimed, ::testing::UnorderedElementsAreArray(ids));
  EXPECT_THAT(store().HasMail(replica()), IsOkAndHolds(false));
  EXPECT_THAT(ClaimMail(10), IsEmpty());
}

TEST_P(Mail, NoneIsTakenByALimitOfZero) {
  ASSERT_OK(Write({.insert_mail = {{replica(), NewId()}}}));
  EXPECT_THAT(ClaimMail(0), IsEmpty());
  EXPECT_THAT(store().HasMail(replica()), IsOkAndHolds(true));
}

TEST_P(Mail, ThatIsThereAlreadyIsThereOnce) {
  const Id id = NewId();
  const Id other = NewId();
  ASSERT_OK(Write({.insert_mail = {{replica(), id}}}));
  ASSERT_OK(Write({.insert_mail = {{replica(), other}, {replica(), id}}}));
  EXPECT_THAT(ClaimMail(10), UnorderedElementsAre(id, other));
  ASSERT_OK(Write({.insert_mail = {{replica(), id}}}));
  EXPECT_THAT(ClaimMail(10), ElementsAre(id)) << "the same again after it was read";
}

TEST_P(Mail, OfABatchThatRolledBackComesAgain) {
  const Id id = NewId();
  ASSERT_OK(Write({.insert_mail = {{replica(), id}}}));
  absl::StatusOr<std::unique_ptr<Transaction>> transaction;
  do {
    transaction = Begin();
  } while (GetParam().faulty && absl::IsAborted(transaction.status()));
  ASSERT_OK(transaction);
  EXPECT_THAT((*transaction)->ClaimMail(10), IsOkAndHolds(ElementsAre(id)));
  transaction->reset();
  EXPECT_THAT(ClaimMail(10), ElementsAre(id));
}

TEST_P(Mail, OfAReplicaThatIsGoneDoesNotStay) {
  const uint64_t before = replica();
  ASSERT_OK(Write({.insert_mail = {{before, NewId()}, {before, NewId()}, {before + 1, NewId()}}}));
  Reopen();
  EXPECT_THAT(store().HasMail(before), IsOkAndHolds(false));
  EXPECT_THAT(store().HasMail(before + 1), IsOkAndHolds(false)) << "it never joined";
  // Written by somebody who did not know yet.
  ASSERT_OK(Write({.insert_mail = {{before, NewId()}}}));
  EXPECT_THAT(store().HasMail(before), IsOkAndHolds(true));
  Reopen();
  EXPECT_THAT(store().HasMail(before), IsOkAndHolds(false));
}

TEST_P(Heads, AreOfThoseThatExist) {
  EXPECT_THAT(store().ReadHeads({}), IsOkAndHolds(IsEmpty()));
  ExecutionRow running = NewExecution("ann");
  running.state = ExecutionState::kRunning;
  running.event_head = 7;
  ExecutionRow ended = NewExecution("bob");
  ended.event_head = int64_t{1} << 40;
  ended.state = ExecutionState::kCancelled;
  const ExecutionRow other = NewExecution("cid");
  ASSERT_OK(Write({.insert_executions = {running, ended, other}}));
  EXPECT_THAT(store().ReadHeads({ended.id, NewId(), running.id}),
              IsOkAndHolds(UnorderedElementsAre(ExecutionHead{running.id, 7, false},
                                                ExecutionHead{ended.id, int64_t{1} << 40, true})));

  running.event_head = 9;
  running.state = ExecutionState::kFailed;
  ASSERT_OK(Write({.update_executions = {running}}));
  EXPECT_THAT(store().ReadHeads({running.id}), IsOkAndHolds(ElementsAre(ExecutionHead{running.id, 9, true})));
}

TEST_P(MailBetweenReplicas, IsReadByTheOneItIsFor) {
  const uint64_t mine = replica();
  const uint64_t theirs = JoinAnother();
  const Id id = NewId();
  const Id other = NewId();
  ASSERT_OK(Write({.insert_mail = {{theirs, id}, {theirs, other}, {mine, id}}}));
  EXPECT_THAT(ClaimMail(10), ElementsAre(id));
  EXPECT_THAT(store().HasMail(mine), IsOkAndHolds(false));
  EXPECT_THAT(store().HasMail(theirs), IsOkAndHolds(true));
  WorkAs(theirs);
  EXPECT_THAT(ClaimMail(10), UnorderedElementsAre(id, other));
  EXPECT_THAT(store().HasMail(theirs), IsOkAndHolds(false));
}

TEST_P(MailBetweenReplicas, GoesWithTheReplicaThatIsDeclaredDead) {
  const uint64_t theirs = JoinAnother();
  const Id id = NewId();
  ASSERT_OK(Write({.insert_mail = {{theirs, id}, {replica(), id}}}));
  EXPECT_TRUE(DeclareDead({.replica_id = theirs}));
  EXPECT_THAT(store().HasMail(theirs), IsOkAndHolds(false));
  EXPECT_THAT(ClaimMail(10), ElementsAre(id));
}

}  // namespace
}  // namespace flowmesh::store
