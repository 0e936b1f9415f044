#include "workers/flows/poem/model_poem_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "server/base/trace_context.h"
#include "tests/support/fake_chat_endpoint.h"
#include "tests/support/status_matchers.h"
#include "workers/flows/poem/poem_flow.h"
#include "workers/models/openai/openai_text_model.h"
#include "workers/models/provider/model_error.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/test_context.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::FakeAnswer;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

poem::v1::WritePoem Haiku() {
  poem::v1::WritePoem request;
  request.set_title("The sea at night");
  request.set_form("haiku");
  request.set_seed(7);
  return request;
}

// A model that does what a test says.
class ScriptedModel : public models::TextModel {
 public:
  using Script = std::function<absl::StatusOr<models::TextResult>(models::TextSink&, const models::Cancellation&)>;

  explicit ScriptedModel(Script script) : script_(std::move(script)) {}
  std::string name() const override { return "scripted/one"; }
  absl::StatusOr<models::TextResult> Generate(const models::TextRequest& request, models::TextSink& sink,
                                              const models::Cancellation& cancellation) override {
    request_ = request;
    return script_(sink, cancellation);
  }
  const models::TextRequest& request() const { return request_; }

 private:
  const Script script_;
  models::TextRequest request_;
};

models::TextResult Result() { return {.usage = {.provider = "scripted", .model = "one-b"}}; }

absl::StatusOr<poem::v1::Poem> WriteWith(sdk::TestTaskContext& context, ScriptedModel::Script script) {
  return WritePoem(context, Haiku(), {.model = std::make_shared<ScriptedModel>(std::move(script))});
}

v1::Failure FailureOf(const absl::Status& status) { return sdk::FailureFrom(status); }

class EndpointPoemTest : public ::testing::Test {
 protected:
  PoemOptions Options() {
    return {.model = *models::OpenAiTextModel::Open(
                {.base_url = endpoint_.base_url(), .model = "fake-1", .api_key = "sk-1", .provider = "fake"})};
  }
  testing::FakeChatEndpoint endpoint_;
};

TEST_F(EndpointPoemTest, APoemComesFromAnEndpoint) {
  endpoint_.Answer(FakeAnswer::Text({"# Night", " Sea\n\nDark waves b", "reathe slowly\na lamp turns above the rocks",
                                     "\none late ship comes home\n"}));
  sdk::AttemptInfo info;
  info.idempotency_key = "key-1";
  info.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  sdk::TestTaskContext context(info);
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem poem, WritePoem(context, Haiku(), Options()));
  EXPECT_EQ(poem.title(), "Night Sea");
  EXPECT_EQ(poem.form(), "haiku");
  EXPECT_EQ(poem.model(), "fake/fake-1-2024");
  ASSERT_EQ(poem.stanzas_size(), 1);
  EXPECT_EQ(poem.stanzas(0).lines_size(), 3);
  EXPECT_EQ(context.told().output(),
            "Dark waves breathe slowly\na lamp turns above the rocks\none late ship comes home\n");
  EXPECT_EQ(context.told().progress().size(), 3u);
  EXPECT_EQ(context.told().progress().back().percent(), 100);
  ASSERT_EQ(context.told().usages().size(), 1u);
  EXPECT_EQ(context.told().usages()[0].provider(), "fake");
  EXPECT_EQ(context.told().usages()[0].model(), "fake-1-2024");
  EXPECT_EQ(context.told().usages()[0].input_tokens(), 12);
  EXPECT_EQ(context.told().usages()[0].output_tokens(), 34);
  EXPECT_EQ(context.told().logs()[0].attributes().at("model"), "fake/fake-1");
  const testing::SeenRequest seen = endpoint_.WaitForRequest();
  EXPECT_EQ(seen.headers.at("idempotency-key"), "key-1");
  EXPECT_EQ(base::TraceIdOf(seen.headers.at("traceparent")), base::TraceIdOf(info.traceparent));
  EXPECT_THAT(seen.body, HasSubstr("The sea at night"));
  EXPECT_THAT(seen.body, HasSubstr("\"seed\":7"));
}

TEST_F(EndpointPoemTest, LinesAreShownWhileTheModelWrites) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one\ntwo").Gate().Delta("\nthree").Finish("stop").Done());
  sdk::TestTaskContext context;
  std::thread reader([&] {
    context.told().WaitForEvents(3);  // the log line, the first line of the poem, its progress
    EXPECT_EQ(context.told().output(), "one\n");
    endpoint_.Open();
  });
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem poem, WritePoem(context, Haiku(), Options()));
  reader.join();
  EXPECT_EQ(context.told().output(), "one\ntwo\nthree\n");
  EXPECT_EQ(poem.title(), "The sea at night");
}

TEST_F(EndpointPoemTest, ACancelReachesTheEndpoint) {
  endpoint_.Answer(FakeAnswer::Stream().Delta("one\n").UntilHangUp());
  sdk::TestTaskContext context;
  std::thread reader([&] {
    context.told().WaitForEvents(3);
    context.Cancel();
  });
  EXPECT_THAT(WritePoem(context, Haiku(), Options()),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("after line 1")));
  reader.join();
  endpoint_.WaitForHangUp();
}

TEST_F(EndpointPoemTest, FailuresKeepTheirReason) {
  endpoint_.Answer(FakeAnswer::Error(401, "invalid_request_error", "invalid_api_key", "Incorrect API key: sk-1"));
  sdk::TestTaskContext context;
  const v1::Failure auth = FailureOf(WritePoem(context, Haiku(), Options()).status());
  EXPECT_EQ(auth.reason(), "AUTH");
  EXPECT_FALSE(auth.retryable());
  EXPECT_THAT(auth.message(), Not(HasSubstr("sk-1")));
  endpoint_.Answer(FakeAnswer::Stream().Delta("one\ntwo\n").HangUp());
  const v1::Failure cut = FailureOf(WritePoem(context, Haiku(), Options()).status());
  EXPECT_EQ(cut.reason(), "CUT_STREAM");
  EXPECT_TRUE(cut.retryable());
}

TEST(ModelPoemWriterTest, WhenTheModelStartsAnewTheOutputIsReplaced) {
  sdk::TestTaskContext context;
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem poem,
                       WriteWith(context, [](models::TextSink& sink, const models::Cancellation&) {
                         EXPECT_OK(sink.OnText("# Old\na first\nattempt"));
                         sink.OnUsage({.provider = "primary", .model = "p"});
                         EXPECT_OK(sink.OnRestart());
                         EXPECT_OK(sink.OnText("# New\nx\n\ny\nz"));
                         sink.OnUsage({.provider = "scripted", .model = "one-b", .fallback = true});
                         return Result();
                       }));
  EXPECT_EQ(context.told().output(), "x\n\ny\nz\n");
  EXPECT_EQ(poem.title(), "New");
  EXPECT_EQ(poem.model(), "scripted/one-b");
  EXPECT_EQ(poem.stanzas_size(), 2);
  ASSERT_EQ(context.told().usages().size(), 2u);
  EXPECT_TRUE(context.told().usages()[1].fallback());
}

TEST(ModelPoemWriterTest, TextsWithoutVerseOrWithTooMuchOrCutAreNoPoems) {
  sdk::TestTaskContext context;
  for (const std::string& text :
       {std::string("# Only a title\n\n"), std::string("\n\n---\n"), std::string(5000, 'x')}) {
    const v1::Failure failure = FailureOf(
        WriteWith(context,
                  [&](models::TextSink& sink, const models::Cancellation&) -> absl::StatusOr<models::TextResult> {
                    if (absl::Status status = sink.OnText(text); !status.ok()) return status;
                    return Result();
                  })
            .status());
    EXPECT_EQ(failure.reason(), "BAD_ANSWER") << text;
    EXPECT_TRUE(failure.retryable());
  }
  const absl::Status cut = WriteWith(context, [](models::TextSink& sink, const models::Cancellation&) {
                             EXPECT_OK(sink.OnText("a\nb"));
                             models::TextResult result = Result();
                             result.finish_reason = models::FinishReason::kLength;
                             return result;
                           }).status();
  EXPECT_THAT(FailureOf(cut).message(), HasSubstr("before the poem was done"));
}

TEST(ModelPoemWriterTest, AFormWithAnotherNumberOfLinesIsRemarkedOn) {
  sdk::TestTaskContext context;
  ASSERT_OK(WriteWith(context, [](models::TextSink& sink, const models::Cancellation&) {
    EXPECT_OK(sink.OnText("a\nb\nc\nd\n"));
    return Result();
  }));
  EXPECT_EQ(context.told().progress().back().message(), "line 4 of 4");
  bool warned = false;
  for (const v1::LogLine& line : context.told().logs()) {
    warned = warned || line.message() == "The model wrote 4 lines; a haiku has 3";
  }
  EXPECT_TRUE(warned);
}

}  // namespace
}  // namespace flowmesh::flows
