// The flow that the style guide shows, word for word.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "flowmesh/poem/v1/poem.pb.h"
#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/text_calls.h"
#include "workers/sdk/test_flow_context.h"

namespace flowmesh::sdk {
namespace {

using Sources = poem::v1::Poem;
using Script = poem::v1::Poem;
using Podcast = poem::v1::Poem;

struct PodcastRequest {
  std::string topic_text;
  std::string persona_text;
  const std::string& topic() const { return topic_text; }
  const std::string& persona() const { return persona_text; }
};

Text HarvestRequest(const std::string& topic) { return TextOf(topic); }
Text ScriptRequest(const Sources& sources, const std::string& persona) {
  return TextOf(sources.title() + " told by " + persona);
}
Text VoiceRequest(const Script& script) { return TextOf(script.title()); }
Text CoverRequest(const Script& script) { return TextOf(script.title()); }

constexpr TaskType<Text, Sources> kHarvest{"harvest"};
constexpr TaskType<Text, Script> kWeaveScript{"weave-script"};
constexpr TaskType<Text, Text> kForgeVoice{"forge-voice"};
constexpr TaskType<Text, Text> kPaintCover{"paint-cover"};

Podcast Assemble(const Script& script, const Text& audio, const absl::StatusOr<Text>& cover) {
  Podcast podcast;
  podcast.set_title(script.title());
  podcast.set_form(audio.value());
  podcast.set_model(cover.ok() ? cover->value() : FailureFrom(cover.status()).reason());
  return podcast;
}

Flow<Podcast> MakePodcast(FlowContext& flow, PodcastRequest request) {
  const Sources sources = co_await flow.Call(kHarvest, HarvestRequest(request.topic()));
  const Script script = co_await flow.Call(kWeaveScript, ScriptRequest(sources, request.persona()));
  const auto [audio, cover] =
      co_await flow.All(flow.Call(kForgeVoice, VoiceRequest(script)),
                        flow.Try(flow.Call(kPaintCover, CoverRequest(script))));  // optional: its failure is a value
  co_return Assemble(script, audio, cover);
}

class SampleFlowTest : public ::testing::Test {
 protected:
  SampleFlowTest() {
    context_.OnCall(kHarvest, [](const Text& topic) -> absl::StatusOr<Sources> {
      Sources sources;
      sources.set_title("sources on " + topic.value());
      return sources;
    });
    context_.OnCall(kWeaveScript, [](const Text& request) -> absl::StatusOr<Script> {
      Script script;
      script.set_title(request.value());
      return script;
    });
    context_.OnCall(kForgeVoice, [](const Text&) -> absl::StatusOr<Text> { return TextOf("audio"); });
    context_.OnCall(kPaintCover, [](const Text&) -> absl::StatusOr<Text> { return TextOf("cover"); });
  }

  TestFlowContext context_;
};

TEST_F(SampleFlowTest, ItCallsInOrderAndPassesResultsOn) {
  const PodcastRequest request{"rain", "a poet"};
  const absl::StatusOr<Podcast> podcast = context_.Run(MakePodcast, request);
  ASSERT_OK(podcast);
  EXPECT_EQ(podcast->title(), "sources on rain told by a poet");
  EXPECT_EQ(podcast->form(), "audio");
  EXPECT_EQ(podcast->model(), "cover");
  EXPECT_THAT(context_.keys(), ::testing::ElementsAre("harvest#1", "weave-script#1", "forge-voice#1", "paint-cover#1"));
  EXPECT_FALSE(context_.with_errors());
  EXPECT_OK(context_.Replay());
}

TEST_F(SampleFlowTest, AFailedOptionalPartIsAValueAndAMarkOnTheResult) {
  context_.OnCall(kPaintCover, [](const Text&) -> absl::StatusOr<Text> { return Fail("NO_PAINT", "dry", true); });
  const PodcastRequest request{"rain", "a poet"};
  const absl::StatusOr<Podcast> podcast = context_.Run(MakePodcast, request);
  ASSERT_OK(podcast);
  EXPECT_EQ(podcast->model(), "NO_PAINT");
  EXPECT_TRUE(context_.with_errors());
  EXPECT_OK(context_.Replay());
}

TEST_F(SampleFlowTest, AFailedNecessaryPartFailsTheFlow) {
  context_.OnCall(kForgeVoice, [](const Text&) -> absl::StatusOr<Text> { return Fail("NO_VOICE", "hoarse", true); });
  const PodcastRequest request{"rain", "a poet"};
  const absl::StatusOr<Podcast> podcast = context_.Run(MakePodcast, request);
  ASSERT_FALSE(podcast.ok());
  EXPECT_EQ(FailureFrom(podcast.status()).reason(), "NO_VOICE");
  EXPECT_TRUE(FailureFrom(podcast.status()).retryable());
  EXPECT_OK(context_.Replay());
}

}  // namespace
}  // namespace flowmesh::sdk
