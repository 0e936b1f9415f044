// The scenario `start`.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/scenarios.h"

namespace flowmesh::bench {
namespace {

constexpr int kRounds = 5;
constexpr absl::Duration kQuiet = absl::Seconds(1);  // after which a server counts as idle

}  // namespace

absl::Status MeasureStart(const BenchOptions& options, Report& report) {
  Samples announced;
  Samples answered;
  int64_t resident = 0;
  for (int round = 0; round < kRounds; ++round) {
    const int64_t begin = NowNanos();
    auto mesh = Mesh::Start(options.mesh, Mesh::BuiltInWorker::kRuns);
    if (!mesh.ok()) return mesh.status();
    announced.Add(NowNanos() - begin);
    grpc::ClientContext context;
    SetDeadline(&context, absl::Seconds(10));
    v1::ListFlowsRequest request;
    request.set_brief(true);
    v1::ListFlowsResponse response;
    absl::Status status = ToStatus((*mesh)->orchestrator().ListFlows(&context, request, &response));
    if (!status.ok()) return status;
    answered.Add(NowNanos() - begin);
    if (round + 1 < kRounds) continue;
    absl::SleepFor(kQuiet);
    resident = (*mesh)->ServerResidentBytes();
  }
  const Conditions conditions = {{"command", "flowmesh dev, empty store, built-in worker"},
                                 {"starts", absl::StrCat(kRounds)}};
  const Reach in_time = {Reach::Side::kBelow, 300};
  report.Add("start.until_serving.p50", announced.Milliseconds(0.5), "ms", conditions, in_time);
  report.Add("start.until_serving.max", announced.Milliseconds(1), "ms", conditions, in_time);
  report.Add("start.until_first_answer.p50", answered.Milliseconds(0.5), "ms", conditions);
  report.Add("start.resident_idle", static_cast<double>(resident) / 1e6, "MB", conditions,
             Reach{Reach::Side::kBelow, 40});
  return absl::OkStatus();
}

}  // namespace flowmesh::bench
