#include "workers/sdk/played_flow.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/proto_duration.h"

namespace flowmesh::sdk {
namespace {

v1::Task::Kind KindOf(const v1::Call& call) {
  switch (call.what_case()) {
    case v1::Call::kTask:
      return v1::Task::CALL;
    case v1::Call::kSleep:
      return v1::Task::SLEEP;
    case v1::Call::kSignal:
      return v1::Task::SIGNAL;
    case v1::Call::kExternal:
      return v1::Task::EXTERNAL_CALL;
    case v1::Call::WHAT_NOT_SET:
      break;
  }
  return v1::Task::STEP;
}

// Tokens are random and part of the records, so they do not count in comparisons.
std::string ContentOf(v1::Call call) {
  if (call.has_external()) call.mutable_external()->clear_token();
  return call.SerializeAsString();
}

}  // namespace

PlayedFlow::PlayedFlow(AttemptInfo info, FlowScript* script)
    : Surroundings(this, 0),
      FlowContext(info, &(Surroundings::told), &(Surroundings::cancellation), &(Surroundings::machine)),
      info_(std::move(info)),
      script_(script) {}

PlayedFlow::PlayedFlow(AttemptInfo info, std::vector<Record> records, int replayed)
    : Surroundings(this, replayed),
      FlowContext(info, &(Surroundings::told), &(Surroundings::cancellation), &(Surroundings::machine)),
      info_(std::move(info)),
      script_(nullptr),
      records_(std::move(records)) {
  while (given_ < static_cast<size_t>(replayed)) machine().AddRecord(records_[given_++]);
}

absl::Status PlayedFlow::Play() {
  while (true) {
    if (cancelled()) machine().Cancel();
    machine().Run();
    if (machine().failure().has_value()) return StatusFrom(*machine().failure());
    if (machine().over()) return absl::OkStatus();
    bool moved = false;
    if (absl::Status status = PlayNext(&moved); !status.ok()) return status;
    if (moved) continue;
    if (!machine().awaits_cancel()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the flow waits for ", machine().WaitsFor(),
                       script_ == nullptr ? ", of which the records know nothing"
                                          : " and nothing comes: give it its signals before it runs"));
    }
    Surroundings::cancellation.WaitFor(absl::InfiniteDuration());
  }
}

absl::Status PlayedFlow::PlayNext(bool* moved) {
  if (script_ != nullptr) return AnswerOne(moved);
  *moved = given_ < records_.size();
  if (*moved) machine().AddRecord(records_[given_++]);
  return absl::OkStatus();
}

absl::Status PlayedFlow::MakeCall(v1::Call call) {
  asked_.push_back({machine().records_taken(), call.key(), ContentOf(call)});
  calls_.push_back(call);
  open_.push_back({std::move(call), nullptr});
  return absl::OkStatus();
}

absl::Status PlayedFlow::StartStep(std::string key, StepCode code) {
  asked_.push_back({machine().records_taken(), key, ""});
  Open open;
  open.call.set_key(std::move(key));
  open.code = std::move(code);
  open_.push_back(std::move(open));
  return absl::OkStatus();
}

absl::Status PlayedFlow::AnswerOne(bool* moved) {
  std::vector<size_t> inside;
  std::vector<size_t> outside;
  for (size_t i = 0; i < open_.size(); ++i) {
    if (!open_[i].call.has_sleep()) (open_[i].call.has_external() ? outside : inside).push_back(i);
  }
  if (order_seed_ != 0) {
    ExecutionRandom random(absl::StrCat(order_seed_, "/", records_.size()));
    for (size_t i = inside.size(); i > 1; --i) std::swap(inside[i - 1], inside[random.Uniform(i)]);
  }
  inside.insert(inside.end(), outside.begin(), outside.end());
  for (const size_t index : inside) {
    absl::Status status = Answer(index, moved);
    if (!status.ok() || *moved) return status;
  }
  const size_t sleep = ShortestSleep();
  return sleep < open_.size() ? Answer(sleep, moved) : absl::OkStatus();
}

size_t PlayedFlow::ShortestSleep() const {
  size_t shortest = open_.size();
  for (size_t i = 0; i < open_.size(); ++i) {
    if (!open_[i].call.has_sleep()) continue;
    if (shortest == open_.size() ||
        FromProtoDuration(open_[i].call.sleep()) < FromProtoDuration(open_[shortest].call.sleep())) {
      shortest = i;
    }
  }
  return shortest;
}

absl::Status PlayedFlow::Answer(size_t index, bool* moved) {
  std::optional<FlowScript::Outcome> outcome;
  if (open_[index].code != nullptr) {
    outcome = RunStep(open_[index]);
  } else {
    absl::StatusOr<std::optional<FlowScript::Outcome>> answer = script_->AnswerTo(open_[index].call);
    if (!answer.ok()) return answer.status();
    outcome = *std::move(answer);
  }
  if (!outcome.has_value()) return absl::OkStatus();
  *moved = true;
  const Open open = std::move(open_[index]);
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
  Record record;
  record.set_number(static_cast<int>(records_.size()) + 1);
  record.set_call_key(open.call.key());
  record.set_kind(KindOf(open.call));
  record.set_type(open.call.task().type());
  // As from the server: the outcome of a step that was just made is known here.
  Record told_record = record;
  if (outcome->ok()) {
    *record.mutable_output() = **outcome;
  } else {
    *record.mutable_failure() = FailureFrom(outcome->status());
  }
  records_.push_back(record);
  if (open.code != nullptr) {
    machine().StepReturned(open.call.key(), *std::move(outcome));
  } else {
    told_record = record;
  }
  machine().AddRecord(std::move(told_record));
  return absl::OkStatus();
}

FlowScript::Outcome PlayedFlow::RunStep(const Open& open) {
  if (const auto* scripted = script_->StepFor(open.call.key())) return (*scripted)();
  StepContext context(info_, open.call.key(), &(Surroundings::told), &(Surroundings::cancellation),
                      &(Surroundings::clock), &(Surroundings::artifacts));
  return open.code(context);
}

}  // namespace flowmesh::sdk
