#include "tests/bench/bench_worker.h"

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "tests/bench/measurement.h"
#include "tests/bench/shared_counter.h"
#include "workers/sdk/flowmesh.h"

namespace flowmesh::bench {
namespace {

using poem::v1::Poem;
using poem::v1::WritePoem;

constexpr char kFiller[] =
    "the quick brown fox jumps over the lazy dog and then walks home through the wet autumn grass";

v1::CreateExecutionRequest RequestFor(const char* flow, const WritePoem& input) {
  v1::CreateExecutionRequest request;
  request.set_flow(flow);
  request.mutable_input()->PackFrom(input);
  return request;
}

// `description` holds pace and rest in microseconds and the least length of a line, `seed` the number of lines.
absl::StatusOr<Poem> WriteLines(sdk::TaskContext& context, const WritePoem& request) {
  int64_t pace = 0;
  int64_t rest = 0;
  size_t bytes = 0;
  const std::vector<std::string> words = absl::StrSplit(request.description(), ' ');
  if (words.size() != 3 || !absl::SimpleAtoi(words[0], &pace) || !absl::SimpleAtoi(words[1], &rest) ||
      !absl::SimpleAtoi(words[2], &bytes)) {
    return absl::InvalidArgumentError("description: expected '<pace> <rest> <bytes>', times in microseconds");
  }
  std::string text = kFiller;
  while (text.size() < bytes) absl::StrAppend(&text, " ", kFiller);
  for (int i = 0; i < request.seed(); ++i) {
    context.Info(text, {{kWritten, absl::StrCat(NowNanos())}});
    if (pace > 0 && context.WaitCancelled(absl::Microseconds(pace))) return absl::CancelledError("cancelled");
  }
  if (rest > 0) context.WaitCancelled(absl::Microseconds(rest));
  return Poem();
}

}  // namespace

v1::CreateExecutionRequest NoopRequest() {
  WritePoem input;
  input.set_title("nothing");
  v1::CreateExecutionRequest request = RequestFor(kNoop, input);
  request.set_start(true);
  return request;
}

v1::CreateExecutionRequest LinesRequest(int lines, absl::Duration pace, absl::Duration rest, int bytes) {
  WritePoem input;
  input.set_title("lines");
  input.set_description(
      absl::StrCat(absl::ToInt64Microseconds(pace), " ", absl::ToInt64Microseconds(rest), " ", bytes));
  input.set_seed(lines);
  return RequestFor(kLines, input);
}

int ServeBenchWorker(const BenchWorkerOptions& options) {
  auto counter = SharedCounter::Open(options.counter_file);
  if (!counter.ok()) {
    std::cerr << counter.status().ToString() << "\n";
    return 1;
  }
  const std::shared_ptr<SharedCounter> begun = *std::move(counter);
  sdk::Worker worker({.server = options.server, .name = "bench", .slots = options.slots});
  worker.Serve(kNoop, [begun](sdk::TaskContext&, const WritePoem&) -> absl::StatusOr<Poem> {
    begun->Increment();
    return Poem();
  });
  worker.Serve(kLines, [begun](sdk::TaskContext& context, const WritePoem& request) {
    begun->Increment();
    return WriteLines(context, request);
  });
  return worker.Run();
}

}  // namespace flowmesh::bench
