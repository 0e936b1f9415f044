#include "tests/simulation/worker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "tests/simulation/plan.h"
#include "tests/support/row_builders.h"

namespace flowmesh::simulation {

using engine::AttemptKey;
using store::TaskKind;

namespace {

constexpr int kSlots = 2;
constexpr int kFlows = 4;
constexpr size_t kFramesInTheAir = 40;

store::FlowRow RowOf(const char* type) {
  store::FlowRow row{.name = type};
  row.is_flow_kind = std::string(type) != kLeaf;
  row.retry_initial = absl::Milliseconds(100);
  row.input_type = "simulation.Seed";
  row.output_type = "simulation.Result";
  return row;
}

}  // namespace

Worker::Worker(std::string name, Mesh* mesh, Dice* dice, History* history, Air* air, Rule broken)
    : name_(std::move(name)),
      mesh_(mesh),
      dice_(dice),
      history_(history),
      air_(air),
      broken_(broken),
      parks_(broken != Rule::kMail && !dice->Once(3)),
      worker_id_(absl::StrCat(name_, " 1")) {}

void Worker::Turn() {
  if (stalled_ > 0) {
    --stalled_;
    return;
  }
  if (stream_ != nullptr && stream_->closed() && dice_->Once(2)) Cut();
  if (stream_ == nullptr) {
    if (dice_->Once(4)) Attach();
    // It may go on working without a stream: what it makes is sent later.
  }
  const uint64_t roll = dice_->Below(100);
  if (roll < 40) {
    Hear();
  } else if (roll < 65) {
    Send();
  } else if (roll < 95) {
    if (runs_.empty()) return;
    auto run = runs_.begin();
    std::advance(run, static_cast<std::ptrdiff_t>(dice_->Below(runs_.size())));
    Advance(run->second);
  } else if (roll < 97) {
    Cut();
  } else if (roll < 98) {
    // The process dies; another one takes its place.
    Cut();
    runs_.clear();
    worker_id_ = absl::StrCat(name_, " ", ++lives_);
  } else {
    // Nobody hears of it for a while; the server gives it up meanwhile.
    if (stream_ != nullptr && dice_->Once(2))
      air_->goodbyes.push_back({.server = server_, .session = session_, .stream = stream_});
    stalled_ = dice_->Below(60);
  }
}

void Worker::Work() {
  stalled_ = 0;
  if (stream_ != nullptr && stream_->closed()) Cut();
  if (stream_ == nullptr) Attach();
  while (stream_ != nullptr && !stream_->messages().empty()) Hear();
  for (auto& [key, run] : runs_) Advance(run);
  Send();
}

void Worker::Attach() {
  server_ = &mesh_->Any();
  if (!server_->alive()) return;
  session_ = server_->NewSessionId();
  stream_ = std::make_shared<Stream>(server_, history_, broken_);
  welcomed_ = false;
  engine::HelloCommand hello{
      .session = session_, .worker = name_, .worker_id = worker_id_, .slots = kSlots, .flows = kFlows};
  for (const char* type : {kTree, kBranch, kLeaf})
    hello.types.push_back({.row = RowOf(type), .store_row = lives_ == 1});
  for (const auto& [attempt, run] : runs_) {
    hello.held.push_back({.attempt = attempt,
                          .last_record = run.last_record,
                          .wants_remembered = run.assignment.remembers && !run.remembered});
  }
  hello.channel = stream_;
  server_->Tell(std::move(hello));
}

void Worker::Cut() {
  if (stream_ == nullptr) return;
  air_->goodbyes.push_back({.server = server_, .session = session_, .stream = std::move(stream_)});
  stream_.reset();
  welcomed_ = false;
}

void Worker::Hear() {
  if (stream_ == nullptr || stream_->messages().empty()) return;
  const Stream::Message message = std::move(stream_->messages().front());
  stream_->messages().pop_front();
  std::visit([this](const auto& one) { Take(one); }, message);
}

void Worker::Take(const engine::WelcomeMessage& welcome) {
  welcomed_ = true;
  for (const auto& held : welcome.held) {
    auto it = runs_.find(held.attempt);
    if (it == runs_.end()) continue;
    if (held.fenced) {
      runs_.erase(it);
      continue;
    }
    Run& run = it->second;
    run.cancelled = run.cancelled || held.cancel;
    run.unsent.insert(run.unsent.begin(), run.unacked.begin(), run.unacked.end());
    run.unacked.clear();
    if (run.parked && *run.parked <= held.acked) run.parked.reset();  // it parked behind a record, so the task stayed
    Take(engine::AckMessage{.attempt = held.attempt, .number = held.acked});
  }
}

void Worker::Take(const engine::AssignmentMessage& assignment) {
  runs_[assignment.attempt] = Run{.assignment = assignment};
}

void Worker::Take(const Remembered& remembered) {
  auto it = runs_.find(remembered.attempt);
  if (it != runs_.end()) it->second.remembered = remembered.steps;
}

void Worker::Take(const engine::CancelMessage& cancel) {
  auto it = runs_.find(cancel.attempt);
  if (it != runs_.end()) it->second.cancelled = true;
}

void Worker::Take(const engine::RecordMessage& record) {
  auto it = runs_.find(record.attempt);
  if (it == runs_.end()) return;
  Run& run = it->second;
  if (record.number <= run.last_record) return;
  if (record.number != run.last_record + 1 && broken_ != Rule::kRecords) {
    history_->Break("I8", absl::StrCat("record ", record.number, " came after ", run.last_record));
  }
  run.last_record = record.number;
  run.repeats = run.repeats && record.reused;
  run.parked.reset();
  const store::Payload& output = record.own_step ? run.own_steps[record.call_key] : record.output;
  run.seen[record.call_key] = OutcomeText(output, record.failure);
}

void Worker::Take(const engine::AckMessage& ack) {
  auto it = runs_.find(ack.attempt);
  if (it == runs_.end()) return;
  Run& run = it->second;
  for (auto* queue : {&run.unacked, &run.unsent}) {
    while (!queue->empty() && queue->front().number <= ack.number) {
      if (const auto* events = std::get_if<engine::EventBatch>(&queue->front().body)) {
        for (const auto& event : events->events) {
          history_->EventAcknowledged(ack.attempt.task.execution_id, event.payload);
        }
      }
      queue->pop_front();
    }
  }
  const bool left = run.parked && *run.parked <= ack.number;
  if (left || (run.ended && run.unacked.empty() && run.unsent.empty())) runs_.erase(it);
}

void Worker::Send() {
  if (stream_ == nullptr || !welcomed_) return;
  engine::FrameCommand frame{.session = session_};
  for (auto& [attempt, run] : runs_) {
    while (!run.unsent.empty()) {
      run.unsent.front().session = session_;
      frame.entries.push_back(run.unsent.front());
      run.unacked.push_back(std::move(run.unsent.front()));
      run.unsent.pop_front();
    }
  }
  if (frame.entries.empty()) return;
  air_->frames.push_back(frame);
  if (air_->frames.size() > kFramesInTheAir) air_->frames.erase(air_->frames.begin());
  server_->Deliver(std::move(frame));
}

std::string Worker::Unique(const std::string& what, const Run& run) {
  return absl::StrCat(what, " ", ++air_->texts, " attempt ", run.assignment.attempt.attempt);
}

void Worker::Make(Run& run, engine::EntryBody body) {
  run.unsent.push_back({.attempt = run.assignment.attempt, .number = ++run.made, .body = std::move(body)});
}

void Worker::Tell(Run& run) {
  Make(run, testing::Events({testing::LogLine(Unique("line", run)), testing::LogLine(Unique("line", run))}));
}

// The bytes are no part of the simulation: the row and its event are what the engine decides about.
void Worker::WriteArtifact(const Run& run) {
  const AttemptKey& attempt = run.assignment.attempt;
  const std::string name = Unique("artifact", run);
  store::ArtifactRow row{.execution_id = attempt.task.execution_id,
                         .task = attempt.task.task,
                         .attempt = attempt.attempt,
                         .name = name,
                         .media_type = "text/plain",
                         .digest = base::Sha256(name)};
  if (broken_ == Rule::kFencing) row.attempt = mesh_->Any().CurrentAttempt(attempt.task).value_or(row.attempt);
  const int times = dice_->Once(3) ? 2 : 1;  // it did not hear the answer and writes again
  for (int i = 0; i < times; ++i) {
    row.id = testing::IdNumber((uint64_t{1} << 32) + ++air_->artifacts);
    mesh_->Any().Offer(engine::WriteArtifactCommand{.artifact = {.row = row, .notice = name},
                                                    .reply = [history = history_, name](const auto& written) {
                                                      if (written.ok()) history->ArtifactAcknowledged(name, *written);
                                                    }});
  }
}

void Worker::Advance(Run& run) {
  const bool may_begin = run.last_record >= run.assignment.records || broken_ == Rule::kRecords;
  const bool lacks_steps = run.assignment.remembers && !run.remembered;
  if (!may_begin || lacks_steps || run.ended || run.parked) return;
  if (dice_->Once(4)) Tell(run);
  if (dice_->Once(8)) WriteArtifact(run);
  if (run.cancelled) {
    run.ended = true;
    return Make(run, engine::Failed{.cancelled = true});
  }
  if (run.assignment.type != kLeaf) return AdvanceFlow(run);
  run.ended = true;
  if (run.assignment.failures < FailuresOf(SeedOf(run.assignment.input))) {
    return Make(run, testing::FailedWith("FICKLE"));
  }
  Make(run, engine::Finished{.output = {.type = "simulation.Result", .bytes = Unique("leaf", run)}});
}

void Worker::KeepResult(const Run& run, engine::Finished* finished) {
  const store::Id& execution = run.assignment.attempt.task.execution_id;
  store::ResourceRow record{.id = testing::IdNumber((uint64_t{1} << 33) + ++air_->records),
                            .kind = kFruitKind,
                            .payload = base::Sha256(finished->output.bytes)};
  if (broken_ != Rule::kProjection) {
    finished->projection =
        std::make_shared<engine::Projection>(engine::Projection{.flows = {kTree}, .resources = {std::move(record)}});
    return;
  }
  if (!mesh_->database().open()) return;
  auto row = mesh_->database().store().ReadExecution(execution);
  if (!row.ok() || !row->has_value()) return;
  record.owner = (*row)->owner;
  record.parent = (*row)->first_of_chain;
  record.execution_id = execution;
  mesh_->Any().Offer(engine::MakeResourceCommand{.row = std::move(record), .reply = [](const auto&) {}});
}

void Worker::AdvanceFlow(Run& run) {
  const Plan plan = PlanOf(run.assignment.type, SeedOf(run.assignment.input));
  for (const std::vector<Wait>& stage : plan.stages) {
    const auto seen = [&](const Wait& wait) { return run.seen.contains(wait.key); };
    if (std::all_of(stage.begin(), stage.end(), seen)) continue;
    for (const Wait& wait : stage) {
      if (!seen(wait) && run.called.insert(wait.key).second) return MakeWait(run, wait);
    }
    if (parks_ && run.unsent.empty() && run.unacked.empty() && dice_->Once(3)) {
      Make(run, engine::Parked{.last_record = run.last_record});
      run.parked = run.made;
    }
    return;
  }
  run.ended = true;
  engine::Finished finished{.output = ResultOf(run.seen)};
  if (run.assignment.type == kTree) KeepResult(run, &finished);
  Make(run, std::move(finished));
}

void Worker::MakeWait(Run& run, const Wait& wait) {
  if (wait.kind == TaskKind::kStep) {
    if (run.repeats && run.remembered && run.remembered->contains(wait.key)) {
      const store::Payload output = run.own_steps[wait.key] = run.remembered->at(wait.key);
      return Make(run, engine::StepDone{.key = wait.key, .output = output, .reused = true});
    }
    const store::Payload output{.type = "simulation.Result", .bytes = Unique("step", run)};
    run.own_steps[wait.key] = output;
    return Make(run, engine::StepDone{.key = wait.key, .output = output});
  }
  engine::CallMade call{.key = wait.key, .kind = wait.kind, .type = wait.type, .delay = wait.delay};
  if (wait.kind == TaskKind::kCall) call.input = InputOf(wait.seed);
  if (wait.kind == TaskKind::kExternal) {
    const store::TaskKey& task = run.assignment.attempt.task;
    call.token_digest = base::Sha256(absl::StrCat(task.execution_id.ToString(), "/", task.task, "/", wait.key));
    air_->tokens.insert(call.token_digest);
  }
  Make(run, std::move(call));
}

}  // namespace flowmesh::simulation
