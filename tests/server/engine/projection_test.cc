// What applications keep: written in the commit of what it comes from, once, or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/base/error.h"
#include "server/engine/projection_book.h"
#include "tests/server/engine/commit_loop_fixture.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::Fault;
using flowmesh::testing::FinishedWith;
using flowmesh::testing::IdNumber;
using flowmesh::testing::PayloadOf;
using store::ExecutionState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

// The flow `poem` gives poems, each line of which becomes a record; a step may name the poem.
class ProjectionTest : public CommitLoopTest {
 protected:
  void SetUp() override {
    CommitLoopTest::SetUp();
    worker_ = Attach({.slots = 10, .rules = [](store::FlowRow& row) { row.is_flow_kind = true; }});
  }

  static store::AliasRow Name(const std::string& name) { return {.owner = "", .kind = "poem.name", .alias = name}; }

  std::shared_ptr<const Projection> Lines(const std::vector<std::string>& lines) {
    auto projection = std::make_shared<Projection>(Projection{.flows = {"poem"}});
    for (const std::string& line : lines) {
      projection->resources.push_back({.id = IdNumber(5000 + ++records_), .kind = "line", .payload = line});
    }
    projection->payload = "written";
    projection->progress = store::Progress{.percent = 100, .counters = {{"lines", static_cast<int>(lines.size())}}};
    projection->progress_event = "counted";
    return projection;
  }
  std::shared_ptr<const Projection> Named(const std::string& name) {
    return std::make_shared<Projection>(Projection{.flows = {"poem"}, .names = {Name(name)}});
  }
  Finished Poem(const std::vector<std::string>& lines) {
    Finished finished = FinishedWith("poem");
    finished.projection = Lines(lines);
    return finished;
  }
  static StepDone Step(const std::string& key, std::shared_ptr<const Projection> projection) {
    return {.key = key, .output = PayloadOf("named", "poem.Name"), .projection = std::move(projection)};
  }

  std::shared_ptr<Heard<SubmitResult>> Offer(const std::string& name = "", const std::string& owner = "ann") {
    auto heard = std::make_shared<Heard<SubmitResult>>();
    SubmitCommand command{.row = NewRow(owner), .start = true};
    command.resource = store::ResourceRow{.kind = "poem", .payload = "ordered"};
    if (!name.empty()) command.names = {Name(name)};
    command.reply = [heard](absl::StatusOr<SubmitResult> result) {
      ++heard->times;
      heard->answer = std::move(result);
    };
    EXPECT_TRUE(lanes_->OfferClient(std::move(command), 0));
    return heard;
  }
  store::Id Ordered(const std::string& name = "") {
    const auto heard = Offer(name);
    Run();
    EXPECT_OK(heard->status());
    return heard->value().row.id;
  }
  AttemptKey AttemptOf(const store::Id& id) { return {{id, 0}, Read(id).root.attempt}; }
  void Tell(const store::Id& id, int64_t number, EntryBody body) {
    Say(worker_, AttemptOf(id), number, std::move(body));
    Run();
  }

  std::shared_ptr<Heard<store::ExecutionRow>> Complete(const store::Id& id, const std::string& poem,
                                                       const std::vector<std::string>& lines,
                                                       const std::string& owner = "ann") {
    auto heard = std::make_shared<Heard<store::ExecutionRow>>();
    CompleteExecutionCommand command{
        .id = id, .owner = owner, .output = PayloadOf(poem, "poem.Poem"), .projection = Lines(lines)};
    command.reply = [heard](absl::StatusOr<store::ExecutionRow> row) {
      ++heard->times;
      heard->answer = std::move(row);
    };
    EXPECT_TRUE(lanes_->OfferClient(std::move(command), 0));
    Run();
    return heard;
  }

  std::vector<std::string> LinesOf(const store::Id& parent) {
    const auto page = database_->ListResources(
        {.kind = "line", .owner = "ann", .parent = parent, .newest_first = false, .limit = 100});
    std::vector<std::string> lines;
    for (const store::ResourceRow& row : page->rows) lines.push_back(row.payload);
    return lines;
  }
  store::ResourceRow Resource(const store::Id& id) { return database_->ReadResource(id)->value(); }
  std::vector<EventKind> KindsOf(const store::Id& id) {
    std::vector<EventKind> kinds;
    for (const auto& event : EventsOf(id)) kinds.push_back(event.kind);
    return kinds;
  }

  Worker worker_;
  uint64_t records_ = 0;
};

TEST_F(ProjectionTest, TheResourceOfAnExecutionIsThereWithIt) {
  const store::Id id = Ordered("one");
  const store::ResourceRow row = Resource(id);
  EXPECT_EQ(row.kind, "poem");
  EXPECT_EQ(row.owner, "ann");
  EXPECT_EQ(row.execution_id, id);
  EXPECT_EQ(row.version, 1);
  EXPECT_EQ(row.create_time, Read(id).create_time);
  EXPECT_EQ(row.payload, "ordered");
  EXPECT_THAT(*database_->ReadAlias(Name("one")), Optional(id));
}

TEST_F(ProjectionTest, ANameThatIsTakenRefusesTheExecution) {
  const store::Id id = Ordered("one");
  const auto second = Offer("one", "bob");
  Run();
  EXPECT_EQ(base::GetReason(second->status()), "NAME_TAKEN");
  EXPECT_EQ(*database_->ReadExecution(IdNumber(executions_)), std::nullopt);
  EXPECT_THAT(*database_->ReadAlias(Name("one")), Optional(id));
}

TEST_F(ProjectionTest, OneOfTwoInABatchGetsTheName) {
  const auto first = Offer("one");
  const auto second = Offer("one");
  Run();
  EXPECT_OK(first->status());
  EXPECT_EQ(base::GetReason(second->status()), "NAME_TAKEN");
  EXPECT_THAT(*database_->ReadAlias(Name("one")), Optional(first->value().row.id));
}

TEST_F(ProjectionTest, RecordsComeWithTheEnd) {
  const store::Id id = Ordered();
  Tell(id, 1, Poem({"roses", "violets"}));
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_THAT(LinesOf(id), ElementsAre("roses", "violets"));
  EXPECT_EQ(Read(id).progress.counters.at("lines"), 2);
  EXPECT_EQ(Resource(id).payload, "written");
  EXPECT_EQ(Resource(id).version, 2);
  const auto kinds = KindsOf(id);
  ASSERT_GE(kinds.size(), 2U);
  EXPECT_EQ(kinds.back(), EventKind::kState) << "the end is the last word";
  EXPECT_EQ(kinds[kinds.size() - 2], EventKind::kProgress);
  const store::ResourceRow line = Resource(IdNumber(5001).InShard(id.shard()));
  EXPECT_EQ(line.owner, "ann");
  EXPECT_EQ(line.parent, id);
  EXPECT_EQ(line.execution_id, id);
}

TEST_F(ProjectionTest, WhatIsSaidTwiceIsKeptOnce) {
  const store::Id id = Ordered();
  const AttemptKey attempt = AttemptOf(id);
  Say(worker_, attempt, 1, Poem({"roses"}));
  Say(worker_, attempt, 1, Poem({"roses"}));
  Run();
  Say(worker_, attempt, 1, Poem({"roses"}));
  Run();
  EXPECT_THAT(LinesOf(id), ElementsAre("roses"));
}

TEST_F(ProjectionTest, AStaleAttemptKeepsNothing) {
  const store::Id id = Ordered();
  const AttemptKey stale = AttemptOf(id);
  Detach(worker_, /*gone=*/true);
  Run();
  worker_ = Attach({.id = "another", .slots = 10, .rules = [](store::FlowRow& row) { row.is_flow_kind = true; }});
  Say(worker_, stale, 1, Poem({"late"}));
  Run();
  EXPECT_THAT(LinesOf(id), IsEmpty());
  Tell(id, 1, Poem({"fresh"}));
  EXPECT_THAT(LinesOf(id), ElementsAre("fresh"));
}

TEST_F(ProjectionTest, ABatchThatIsRepeatedKeepsItOnce) {
  for (const Fault fault : {Fault::kConflictAtApply, Fault::kConflictAtCommit, Fault::kOutOfSpaceAtCommit}) {
    const store::Id id = Ordered();
    store_->Next({fault});
    Tell(id, 1, Poem({"roses"}));
    RunAfter(absl::Minutes(1));
    if (fault == Fault::kOutOfSpaceAtCommit) Tell(id, 1, Poem({"roses"}));
    EXPECT_THAT(LinesOf(id), ElementsAre("roses")) << static_cast<int>(fault);
  }
}

TEST_F(ProjectionTest, AProcessThatDiesAfterTheCommitHasKeptIt) {
  const store::Id id = Ordered();
  const AttemptKey attempt = AttemptOf(id);
  store_->Next({Fault::kLostAfterCommit});
  Say(worker_, attempt, 1, Poem({"roses"}));
  Run();
  Restart();
  worker_ = Attach({.id = "w1", .slots = 10, .held = {attempt}});
  Say(worker_, attempt, 1, Poem({"roses"}));
  Run();
  EXPECT_THAT(LinesOf(id), ElementsAre("roses"));
}

TEST_F(ProjectionTest, AnotherFlowsOutputOfTheSameTypeIsNotProjected) {
  const Worker singer = Attach({.id = "singer", .types = {"song"}});
  store::ExecutionRow row = NewRow();
  row.flow = "song";
  const auto heard = Submit(row);
  Run();
  const store::Id id = heard->value().row.id;
  Say(singer, AttemptOf(id), 1, Poem({"roses"}));
  Run();
  EXPECT_EQ(Read(id).state, ExecutionState::kCompleted);
  EXPECT_THAT(LinesOf(id), IsEmpty());
  EXPECT_FALSE(Read(id).progress.counters.contains("lines"));
}

TEST_F(ProjectionTest, ANameOfAStepLeadsToTheResource) {
  const store::Id id = Ordered("one");
  Tell(id, 1, Step("name", Named("uno")));
  EXPECT_THAT(*database_->ReadAlias(Name("uno")), Optional(id));
  EXPECT_EQ(Read(id).state, ExecutionState::kRunning);
}

TEST_F(ProjectionTest, ANameThatIsTakenFailsTheNewcomer) {
  const store::Id first = Ordered("one");
  const store::Id second = Ordered("two");
  Tell(second, 1, Step("name", Named("one")));
  EXPECT_EQ(Read(second).state, ExecutionState::kFailed);
  EXPECT_EQ(Read(second).root.failure.reason, "NAME_TAKEN");
  EXPECT_THAT(*database_->ReadAlias(Name("one")), Optional(first));
  EXPECT_EQ(Read(first).state, ExecutionState::kRunning);
  EXPECT_THAT(*database_->ListTasks(second, 0, 10), IsEmpty()) << "the step is not recorded either";
}

TEST_F(ProjectionTest, ANameThatAStaleStepWantedStaysFree) {
  const store::Id first = Ordered();
  Say(worker_, {{first, 0}, 7}, 1, Step("name", Named("uno")));
  Run();
  EXPECT_EQ(*database_->ReadAlias(Name("uno")), std::nullopt);
  const store::Id second = Ordered("uno");
  EXPECT_THAT(*database_->ReadAlias(Name("uno")), Optional(second));
}

TEST_F(ProjectionTest, ARetryTakesTheResourceOver) {
  const store::Id old = Ordered("one");
  Tell(old, 1, Step("name", Named("uno")));
  Tell(old, 2, Failed{.failure = {.reason = "BROKEN"}});
  ASSERT_EQ(Read(old).state, ExecutionState::kFailed);
  auto heard = std::make_shared<Heard<SubmitResult>>();
  RetryCommand command{.id = old, .owner = "ann", .wish = {.id = IdNumber(900)}, .start = true};
  command.reply = [heard](absl::StatusOr<SubmitResult> result) { heard->answer = std::move(result); };
  lanes_->OfferClient(std::move(command), 0);
  Run();
  const store::Id retry = heard->value().row.id;
  EXPECT_EQ(Resource(old).execution_id, retry);
  EXPECT_EQ(Resource(old).payload, "ordered");
  Tell(retry, 1, Step("name", Named("uno")));
  EXPECT_EQ(Read(retry).state, ExecutionState::kRunning) << "the name is the chain's own";
  Tell(retry, 2, Poem({"roses"}));
  EXPECT_EQ(Resource(old).payload, "written");
  EXPECT_THAT(LinesOf(old), ElementsAre("roses"));
}

TEST_F(ProjectionTest, AnApplicationCompletesWhatAWorkerHas) {
  const store::Id id = Ordered();
  const AttemptKey attempt = AttemptOf(id);
  const auto completed = Complete(id, "poem", {"roses"});
  ASSERT_OK(completed->status());
  EXPECT_EQ(completed->value().state, ExecutionState::kCompleted);
  EXPECT_THAT(LinesOf(id), ElementsAre("roses"));
  ASSERT_EQ(worker_.Fenced().size(), 1U);
  EXPECT_EQ(worker_.Fenced()[0].attempt, attempt);
  Say(worker_, attempt, 1, Poem({"late"}));
  Run();
  EXPECT_THAT(LinesOf(id), ElementsAre("roses"));
}

TEST_F(ProjectionTest, TheSameCompletionAgainChangesNothing) {
  const store::Id id = Ordered();
  const std::string poem(5000, 'x');  // stands apart from its row
  ASSERT_OK(Complete(id, poem, {"roses"})->status());
  const int64_t head = Read(id).event_head;
  EXPECT_OK(Complete(id, poem, {"roses"})->status());
  const auto other = Complete(id, poem + "y", {"violets"});
  EXPECT_EQ(base::GetReason(other->status()), "TASK_FINISHED");
  EXPECT_THAT(LinesOf(id), ElementsAre("roses"));
  EXPECT_EQ(Read(id).event_head, head);
  EXPECT_EQ(Resource(id).version, 2);
}

TEST_F(ProjectionTest, WhatIsOverOrBeingCancelledTakesNoCompletion) {
  const store::Id cancelling = Ordered();
  Cancel(cancelling);
  Run();
  ASSERT_EQ(Read(cancelling).state, ExecutionState::kCancelling);
  EXPECT_EQ(base::GetReason(Complete(cancelling, "poem", {"a"})->status()), "TASK_FINISHED");
  const store::Id failed = Ordered();
  Tell(failed, 1, Failed{.failure = {.reason = "BROKEN"}});
  EXPECT_EQ(base::GetReason(Complete(failed, "poem", {"b"})->status()), "TASK_FINISHED");
  EXPECT_EQ(base::GetReason(Complete(IdNumber(77), "poem", {"c"})->status()), "EXECUTION_UNKNOWN");
  EXPECT_EQ(base::GetReason(Complete(failed, "poem", {"d"}, "bob")->status()), "EXECUTION_UNKNOWN");
  EXPECT_THAT(LinesOf(cancelling), IsEmpty());
  EXPECT_THAT(LinesOf(failed), IsEmpty());
}

TEST(ProjectionBookTest, ARefusalIsTheTasksFailure) {
  ProjectionBook book;
  book.Add("poem.Poem", [](const std::string& bytes) -> absl::StatusOr<Projection> {
    if (bytes == "bad") return base::Error(absl::StatusCode::kInvalidArgument, "NO_RHYME", "it does not rhyme");
    return Projection{.flows = {"poem"}, .payload = bytes};
  });
  EntryBody good = FinishedWith("good");
  book.Project(&good);
  EXPECT_EQ(std::get<Finished>(good).projection->payload, "good");
  EntryBody bad = FinishedWith("bad");
  book.Project(&bad);
  EXPECT_EQ(std::get<Failed>(bad).failure,
            (store::Failure{.reason = "NO_RHYME", .message = "it does not rhyme", .retryable = false}));
  EntryBody step = StepDone{.key = "s", .output = PayloadOf("bad", "poem.Poem")};
  book.Project(&step);
  EXPECT_EQ(std::get<StepDone>(step).failure.reason, "NO_RHYME");
  EXPECT_EQ(std::get<StepDone>(step).output, store::Payload());
  EntryBody other = FinishedWith("bad", "poem.Song");
  book.Project(&other);
  EXPECT_EQ(std::get<Finished>(other).projection, nullptr);
}

}  // namespace
}  // namespace flowmesh::engine
