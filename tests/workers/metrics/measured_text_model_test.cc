#include "workers/metrics/measured_text_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/metrics/registry.h"
#include "tests/support/manual_cancellation.h"
#include "tests/support/metrics_text.h"
#include "tests/support/status_matchers.h"
#include "tests/workers/models/openai/recording_sink.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::workers {
namespace {

using ::flowmesh::testing::MetricsText;
using models::ModelFailure;
using models::TextResult;
using ::testing::ElementsAre;

class ScriptedModel : public models::TextModel {
 public:
  std::string name() const override { return "fake/verse-1"; }
  absl::StatusOr<TextResult> Generate(const models::TextRequest&, models::TextSink& sink,
                                      const models::Cancellation&) override {
    return script(sink);
  }
  std::function<absl::StatusOr<TextResult>(models::TextSink&)> script;
};

class MeasuredTextModelTest : public ::testing::Test {
 protected:
  absl::StatusOr<TextResult> Generate(std::function<absl::StatusOr<TextResult>(models::TextSink&)> script) {
    model_->script = std::move(script);
    return measured_.Generate({}, sink_, cancellation_);
  }
  MetricsText Scrape() {
    auto parsed = MetricsText::Parse(registry_.Render());
    EXPECT_OK(parsed);
    return parsed.ok() ? *parsed : MetricsText();
  }

  metrics::Registry registry_{"1"};
  std::shared_ptr<ScriptedModel> model_ = std::make_shared<ScriptedModel>();
  MeasuredTextModel measured_{model_, registry_.families()};
  models::RecordingSink sink_;
  testing::ManualCancellation cancellation_;
};

std::string Calls(const std::string& outcome) {
  return absl::StrCat("flowmesh_model_calls_total{model=\"verse-1\",outcome=\"", outcome, "\",provider=\"fake\"}");
}

std::string Of(const std::string& name) { return absl::StrCat(name, "{model=\"verse-1\",provider=\"fake\"}"); }

TEST_F(MeasuredTextModelTest, AnAnswerPassesThroughAndIsCounted) {
  const auto result = Generate([&](models::TextSink& sink) -> absl::StatusOr<TextResult> {
    EXPECT_EQ(Scrape()[Of("flowmesh_model_calls_open")], 1);
    EXPECT_OK(sink.OnText("a "));
    EXPECT_OK(sink.OnText("line"));
    sink.OnUsage({.provider = "fake", .model = "verse-1-2024", .input_tokens = 41, .output_tokens = 17});
    return TextResult{.text = "a line"};
  });
  ASSERT_OK(result);
  EXPECT_EQ(result->text, "a line");
  EXPECT_THAT(sink_.texts, ElementsAre("a ", "line"));
  EXPECT_EQ(sink_.usages.size(), 1u);
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Calls("ok")], 1);
  EXPECT_EQ(text[Of("flowmesh_model_calls_open")], 0);
  EXPECT_EQ(text[Of("flowmesh_model_call_duration_seconds_count")], 1);
  EXPECT_EQ(text[Of("flowmesh_model_first_text_seconds_count")], 1);
  EXPECT_EQ(text[R"(flowmesh_model_tokens_total{direction="input",model="verse-1",provider="fake"})"], 41);
  EXPECT_EQ(text[R"(flowmesh_model_tokens_total{direction="output",model="verse-1",provider="fake"})"], 17);
}

TEST_F(MeasuredTextModelTest, FailuresAreCountedByTheirReason) {
  const auto fail = [](ModelFailure failure) {
    return [failure](models::TextSink&) -> absl::StatusOr<TextResult> {
      return models::ModelError(failure, "fake/verse-1", "says no").ToStatus();
    };
  };
  EXPECT_FALSE(Generate(fail(ModelFailure::kRateLimited)).ok());
  EXPECT_FALSE(Generate(fail(ModelFailure::kRateLimited)).ok());
  EXPECT_FALSE(Generate(fail(ModelFailure::kProviderTimeout)).ok());
  EXPECT_FALSE(Generate([](models::TextSink&) { return absl::CancelledError("stop"); }).ok());
  EXPECT_FALSE(Generate([](models::TextSink&) { return absl::OutOfRangeError("the sink has enough"); }).ok());
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Calls("rate_limited")], 2);
  EXPECT_EQ(text[Calls("provider_timeout")], 1);
  EXPECT_EQ(text[Calls("cancelled")], 1);
  EXPECT_EQ(text[Calls("stopped")], 1);
  EXPECT_EQ(text[Of("flowmesh_model_call_duration_seconds_count")], 5);
  EXPECT_EQ(text[Of("flowmesh_model_first_text_seconds_count")], 0);
}

}  // namespace
}  // namespace flowmesh::workers
