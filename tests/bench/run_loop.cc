#include "tests/bench/run_loop.h"

#include "absl/strings/str_cat.h"
#include "tests/bench/bench_worker.h"

namespace flowmesh::bench {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(20);
constexpr int64_t kMostFailures = 100;  // beyond it the loop gives up

}  // namespace

RunLoop::RunLoop(Mesh* mesh, Options options) : options_(options) {
  *request_.mutable_execution() = NoopRequest();
  for (int i = 0; i < options_.channels; ++i) stubs_.push_back(v1::Orchestrator::NewStub(mesh->NewChannel()));
  for (int i = 0; i < options_.in_flight; ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    lanes_.back()->stub = stubs_[static_cast<size_t>(i) % stubs_.size()].get();
  }
}

RunLoop::Result RunLoop::Run() {
  measured_from_ = NowNanos() + absl::ToInt64Nanoseconds(options_.warm_up);
  measured_to_ = measured_from_ + absl::ToInt64Nanoseconds(options_.measured);
  {
    base::MutexLock lock(mutex_);
    running_ = options_.in_flight;
  }
  for (auto& lane : lanes_) Begin(*lane);
  base::MutexLock lock(mutex_);
  while (running_ > 0) ended_.Wait(lock);
  Result result;
  result.failed = failed_;
  result.first_failure = first_failure_;
  result.seconds = static_cast<double>(measured_to_ - measured_from_) / 1e9;
  for (const auto& lane : lanes_) {
    result.completed += lane->completed;
    result.all += lane->all;
    result.latency.Add(lane->latency);
  }
  return result;
}

void RunLoop::Begin(Lane& lane) {
  lane.context.emplace();
  SetDeadline(&*lane.context, kCallTimeout);
  lane.begin = NowNanos();
  lane.stub->async()->RunExecution(&*lane.context, &request_, &lane.response,
                                   [this, &lane](const grpc::Status& status) { End(lane, status); });
}

void RunLoop::End(Lane& lane, const grpc::Status& status) {
  const int64_t now = NowNanos();
  const bool completed = status.ok() && lane.response.state() == v1::Execution::COMPLETED;
  bool goes_on = now < measured_to_;
  if (completed) {
    ++lane.all;
    if (now >= measured_from_ && now < measured_to_) {
      ++lane.completed;
      lane.latency.Add(now - lane.begin);
    }
  } else {
    base::MutexLock lock(mutex_);
    if (++failed_ == 1) {
      first_failure_ = status.ok()
                           ? absl::StrCat("the execution ended ", v1::Execution::State_Name(lane.response.state()),
                                          ": ", lane.response.failure().message())
                           : ToStatus(status).ToString();
    }
    goes_on = goes_on && failed_ < kMostFailures;
  }
  if (goes_on) {
    Begin(lane);
    return;
  }
  base::MutexLock lock(mutex_);
  if (--running_ == 0) ended_.NotifyAll();
}

}  // namespace flowmesh::bench
