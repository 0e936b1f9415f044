#include "tests/bench/batch_submitter.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "server/base/mutex.h"
#include "tests/bench/bench_worker.h"

namespace flowmesh::bench {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(30);
constexpr absl::Duration kMoment = absl::Milliseconds(2);
constexpr int kFull = static_cast<int>(grpc::StatusCode::RESOURCE_EXHAUSTED);

// What the threads of one SubmitBatches share.
class Submission {
 public:
  Submission(Mesh* mesh, const SubmitOptions& options) : mesh_(mesh), options_(options) {
    for (int i = 0; i < options.per_batch; ++i) *request_.add_requests() = NoopRequest();
  }

  void Work() ABSL_LOCKS_EXCLUDED(mutex_) {
    auto stub = v1::Orchestrator::NewStub(mesh_->NewChannel());
    while (TakeTurn()) {
      if (absl::Status status = CreateOne(*stub); !status.ok()) {
        base::MutexLock lock(mutex_);
        if (failure_.ok()) failure_ = status;
        stopped_ = true;
      }
    }
  }

  absl::StatusOr<int64_t> Outcome() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    if (!failure_.ok()) return failure_;
    return created_.load();
  }

 private:
  // Waits until the next batch may be sent; false: enough.
  bool TakeTurn() {
    while (!stopped_ && absl::Now() < deadline_ && taken_ < options_.most) {
      if (created_ - mesh_->begun() < options_.most_ahead) {
        taken_ += options_.per_batch;
        return true;
      }
      absl::SleepFor(kMoment);
    }
    return false;
  }

  absl::Status CreateOne(v1::Orchestrator::Stub& stub) {
    v1::BatchCreateExecutionsRequest rest;
    const v1::BatchCreateExecutionsRequest* request = &request_;
    while (!stopped_) {
      grpc::ClientContext context;
      SetDeadline(&context, kCallTimeout);
      v1::BatchCreateExecutionsResponse response;
      absl::Status status = ToStatus(stub.BatchCreateExecutions(&context, *request, &response));
      if (!status.ok() && status.code() != absl::StatusCode::kResourceExhausted) return status;
      int refused = status.ok() ? 0 : request->requests_size();
      for (const auto& result : response.results()) {
        if (result.has_execution()) {
          ++created_;
        } else if (result.error().code() == kFull) {
          ++refused;
        } else {
          return {static_cast<absl::StatusCode>(result.error().code()), result.error().message()};
        }
      }
      if (refused == 0) return absl::OkStatus();
      v1::BatchCreateExecutionsRequest again;
      for (int i = 0; i < refused; ++i) *again.add_requests() = request_.requests(0);
      rest = std::move(again);
      request = &rest;
      absl::SleepFor(kMoment);
    }
    return absl::OkStatus();
  }

  Mesh* const mesh_;
  const SubmitOptions options_;
  const absl::Time deadline_ = absl::Now() + options_.time;
  v1::BatchCreateExecutionsRequest request_;
  std::atomic<int64_t> taken_ = 0;
  std::atomic<int64_t> created_ = 0;
  std::atomic<bool> stopped_ = false;
  base::Mutex mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<int64_t> SubmitBatches(Mesh& mesh, const SubmitOptions& options) {
  Submission submission(&mesh, options);
  std::vector<std::thread> threads;
  for (int i = 0; i < options.threads; ++i) threads.emplace_back([&submission] { submission.Work(); });
  for (std::thread& thread : threads) thread.join();
  return submission.Outcome();
}

}  // namespace flowmesh::bench
