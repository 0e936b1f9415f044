#include "workers/metrics/measured_text_model.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "server/base/error.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::workers {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using Clock = std::chrono::steady_clock;

const prometheus::Histogram::BucketBoundaries& Seconds() {
  static const auto* const kBounds =
      new prometheus::Histogram::BucketBoundaries{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600};
  return *kBounds;
}

double SecondsSince(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

prometheus::Labels LabelsOf(const std::string& name) {
  const size_t slash = name.find('/');
  if (slash == std::string::npos) return {{"provider", name}, {"model", name}};
  return {{"provider", name.substr(0, slash)}, {"model", name.substr(slash + 1)}};
}

prometheus::Labels With(prometheus::Labels labels, const std::string& name, const std::string& value) {
  labels[name] = value;
  return labels;
}

std::string OutcomeOf(const absl::Status& status) {
  if (status.ok()) return "ok";
  if (absl::IsCancelled(status)) return "cancelled";
  // The sink's own status, which is about the text and not about the provider, is no failure of the model's.
  return models::ModelFailureOf(status) ? absl::AsciiStrToLower(base::GetReason(status)) : "stopped";
}

class MeasuringSink : public models::TextSink {
 public:
  MeasuringSink(models::TextSink* sink, prometheus::Histogram* first_text, prometheus::Counter* input,
                prometheus::Counter* output)
      : sink_(sink), first_text_(first_text), input_(input), output_(output) {}

  absl::Status OnText(const std::string& text) override {
    if (!std::exchange(wrote_, true)) first_text_->Observe(SecondsSince(begin_));
    return sink_->OnText(text);
  }
  absl::Status OnRestart() override { return sink_->OnRestart(); }
  void OnUsage(const models::ModelUsage& usage) override {
    input_->Increment(usage.input_tokens);
    output_->Increment(usage.output_tokens);
    sink_->OnUsage(usage);
  }

 private:
  models::TextSink* const sink_;
  prometheus::Histogram* const first_text_;
  prometheus::Counter* const input_;
  prometheus::Counter* const output_;
  const Clock::time_point begin_ = Clock::now();
  bool wrote_ = false;
};

prometheus::Family<prometheus::Counter>& Tokens(prometheus::Registry& families) {
  return BuildCounter()
      .Name("flowmesh_model_tokens_total")
      .Help("Tokens read (input) and written (output), as the provider counts them.")
      .Register(families);
}

}  // namespace

MeasuredTextModel::MeasuredTextModel(std::shared_ptr<models::TextModel> model, prometheus::Registry& families)
    : model_(std::move(model)),
      labels_(LabelsOf(model_->name())),
      calls_(BuildCounter()
                 .Name("flowmesh_model_calls_total")
                 .Help("Calls of model providers that have ended, by outcome.")
                 .Register(families)),
      open_(BuildGauge()
                .Name("flowmesh_model_calls_open")
                .Help("Calls of model providers that have not ended.")
                .Register(families)
                .Add(labels_)),
      duration_(BuildHistogram()
                    .Name("flowmesh_model_call_duration_seconds")
                    .Help("From a call's request to its end, whatever the outcome.")
                    .Register(families)
                    .Add(labels_, Seconds())),
      first_text_(BuildHistogram()
                      .Name("flowmesh_model_first_text_seconds")
                      .Help("From a call's request to the first text of its answer.")
                      .Register(families)
                      .Add(labels_, Seconds())),
      input_tokens_(Tokens(families).Add(With(labels_, "direction", "input"))),
      output_tokens_(Tokens(families).Add(With(labels_, "direction", "output"))) {}

absl::StatusOr<models::TextResult> MeasuredTextModel::Generate(const models::TextRequest& request,
                                                               models::TextSink& sink,
                                                               const models::Cancellation& cancellation) {
  open_.Increment();
  const Clock::time_point begin = Clock::now();
  MeasuringSink measuring(&sink, &first_text_, &input_tokens_, &output_tokens_);
  absl::StatusOr<models::TextResult> result = model_->Generate(request, measuring, cancellation);
  const double took = SecondsSince(begin);
  open_.Decrement();
  duration_.Observe(took);
  const std::string outcome = OutcomeOf(result.status());
  calls_.Add(With(labels_, "outcome", outcome)).Increment();
  if (models::ModelFailureOf(result.status())) spdlog::warn("{}: {} after {:.3f} s", name(), outcome, took);
  return result;
}

}  // namespace flowmesh::workers
