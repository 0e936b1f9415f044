#include "tests/server/engine/commit_loop_fixture.h"

#include "server/store/sqlite/sqlite_store.h"

namespace flowmesh::engine {
namespace {

using flowmesh::testing::FakeSessionChannel;
using flowmesh::testing::FaultyStore;
using flowmesh::testing::Unpacked;

constexpr int kTurns = 2000;  // more than any test needs
constexpr size_t kAllBytes = size_t{1} << 30;

}  // namespace

void CommitLoopTest::Open() {
  auto opened = store::SqliteStore::Open({.directory = directory_.path(), .clock = database_clock_, .shared = shared_});
  ASSERT_OK(opened);
  database_ = *std::move(opened);
  OpenLoop();
}

void CommitLoopTest::OpenLoop() {
  store_ = std::make_unique<FaultyStore>(database_);
  lanes_ = std::make_unique<Lanes>();
  loop_ = std::make_unique<CommitLoop>(
      CommitLoopOptions{.grace = kGrace,
                        .retention = retention_,
                        .heartbeat = heartbeat_,
                        .on_fatal = [this](const absl::Status& status) { fatal_.push_back(status); }},
      store_.get(), &clock_, &random_, lanes_.get(),
      [this](Effects effects) { std::move(effects).Perform(hub_, waiters_); });
  ASSERT_OK(loop_->Prepare());
}

void CommitLoopTest::Close() {
  loop_.reset();
  lanes_.reset();
  store_.reset();
  database_.reset();
}

void CommitLoopTest::Run() {
  for (int turn = 0; turn < kTurns; ++turn) {
    if (!loop_->Step(absl::ZeroDuration())) return;
  }
  FAIL() << "the commit loop never came to rest";
}

std::shared_ptr<Heard<SubmitResult>> CommitLoopTest::Submit(store::ExecutionRow row, bool start,
                                                            std::optional<store::IdempotencyRow> key) {
  auto heard = std::make_shared<Heard<SubmitResult>>();
  SubmitCommand command{.row = std::move(row), .start = start, .key = std::move(key)};
  command.reply = [heard](absl::StatusOr<SubmitResult> result) {
    ++heard->times;
    heard->answer = std::move(result);
  };
  EXPECT_TRUE(lanes_->OfferClient(std::move(command), 0));
  return heard;
}

std::shared_ptr<Heard<store::ExecutionRow>> CommitLoopTest::Start(const store::Id& id, const std::string& owner) {
  auto heard = std::make_shared<Heard<store::ExecutionRow>>();
  EXPECT_TRUE(lanes_->OfferClient(StartCommand{.id = id,
                                               .owner = owner,
                                               .reply =
                                                   [heard](absl::StatusOr<store::ExecutionRow> row) {
                                                     ++heard->times;
                                                     heard->answer = std::move(row);
                                                   }},
                                  0));
  return heard;
}

std::shared_ptr<Heard<store::ExecutionRow>> CommitLoopTest::Cancel(const store::Id& id, const std::string& owner) {
  auto heard = std::make_shared<Heard<store::ExecutionRow>>();
  EXPECT_TRUE(lanes_->OfferClient(CancelCommand{.id = id,
                                                .owner = owner,
                                                .reply =
                                                    [heard](absl::StatusOr<store::ExecutionRow> row) {
                                                      ++heard->times;
                                                      heard->answer = std::move(row);
                                                    }},
                                  0));
  return heard;
}

store::Id CommitLoopTest::Submitted(const std::string& owner) {
  store::ExecutionRow row = NewRow(owner);
  const store::Id id = row.id;
  const auto heard = Submit(std::move(row));
  Run();
  EXPECT_OK(heard->status());
  return id;
}

CommitLoopTest::Worker CommitLoopTest::Hello(const WorkerSpec& spec) {
  sessions_ += 2;
  Worker worker{.session = sessions_ | (spec.in_process ? 1 : 0), .channel = std::make_shared<FakeSessionChannel>()};
  HelloCommand hello{
      .session = worker.session, .worker = spec.id, .worker_id = spec.id, .slots = spec.slots, .flows = spec.flows};
  for (const std::string& type : spec.types) {
    store::FlowRow row{.name = type, .output_type = "poem.Poem"};
    if (spec.rules) spec.rules(row);
    hello.types.push_back({.row = row, .code_version = spec.code_version, .store_row = true});
  }
  for (size_t i = 0; i < spec.held.size(); ++i) {
    hello.held.push_back(
        {.attempt = spec.held[i], .last_record = i < spec.last_records.size() ? spec.last_records[i] : 0});
  }
  hello.channel = worker.channel;
  EXPECT_TRUE(lanes_->OfferWorker(SessionCommand(std::move(hello))));
  return worker;
}

CommitLoopTest::Worker CommitLoopTest::Attach(const WorkerSpec& spec) {
  Worker worker = Hello(spec);
  Run();
  return worker;
}

void CommitLoopTest::Detach(const Worker& worker, bool gone) {
  EXPECT_TRUE(lanes_->OfferWorker(SessionCommand(DetachCommand{.session = worker.session, .gone = gone})));
}

std::shared_ptr<int> CommitLoopTest::Say(const Worker& worker, std::vector<Entry> entries) {
  auto committed = std::make_shared<int>(0);
  FrameCommand frame{
      .session = worker.session, .entries = std::move(entries), .committed = [committed] { ++*committed; }};
  EXPECT_TRUE(lanes_->OfferWorker(Command(std::move(frame))));
  return committed;
}

std::shared_ptr<int> CommitLoopTest::Say(const Worker& worker, const AttemptKey& attempt, int64_t number,
                                         EntryBody body) {
  return Say(worker, {{.attempt = attempt, .session = worker.session, .number = number, .body = std::move(body)}});
}

store::ExecutionRow CommitLoopTest::Read(const store::Id& id) {
  const auto row = database_->ReadExecution(id);
  EXPECT_OK(row);
  if (!row.ok() || !row->has_value()) {
    ADD_FAILURE() << "there is no execution " << id.ToString();
    return {};
  }
  return **row;
}

std::vector<flowmesh::testing::OwnedEvent> CommitLoopTest::EventsOf(const store::Id& id) {
  const auto chunks = database_->ReadEvents(id, 0, kAllBytes);
  EXPECT_OK(chunks);
  return chunks.ok() ? Unpacked(*chunks) : std::vector<flowmesh::testing::OwnedEvent>();
}

int CommitLoopTest::WaitingIn(const std::string& queue) {
  const auto depths = database_->QueueDepths(1'000'000);
  EXPECT_OK(depths);
  if (!depths.ok()) return -1;
  for (const store::QueueDepth& depth : *depths) {
    if (depth.queue == queue) return depth.depth;
  }
  return 0;
}

}  // namespace flowmesh::engine
