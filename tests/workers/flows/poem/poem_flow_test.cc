#include "workers/flows/poem/poem_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

#include "tests/support/fake_orchestrator.h"
#include "tests/support/status_matchers.h"
#include "workers/sdk/test_context.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

poem::v1::WritePoem Request(const std::string& form = "sonnet", int seed = 7) {
  poem::v1::WritePoem request;
  request.set_title("The sea at night");
  request.set_description("waves, a lighthouse and a late ship");
  request.set_form(form);
  request.set_seed(seed);
  return request;
}

// The poem as its output stream shows it.
std::string TextOf(const poem::v1::Poem& poem) {
  std::string text;
  for (int s = 0; s < poem.stanzas_size(); ++s) {
    if (s > 0) text += "\n";
    for (const std::string& line : poem.stanzas(s).lines()) text += line + "\n";
  }
  return text;
}

TEST(PoemFlowTest, TheOutputIsThePoemLineByLine) {
  sdk::TestTaskContext context;
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem poem, WritePoem(context, Request()));
  EXPECT_EQ(poem.form(), "sonnet");
  EXPECT_EQ(poem.model(), "builtin/poet-1");
  EXPECT_FALSE(poem.title().empty());
  EXPECT_EQ(context.told().output(), TextOf(poem));
  EXPECT_EQ(context.told().progress().size(), 14u);
  EXPECT_EQ(context.told().progress().back().percent(), 100);
  EXPECT_EQ(context.told().progress().back().message(), "line 14 of 14");
  ASSERT_EQ(context.told().usages().size(), 1u);
  EXPECT_EQ(context.told().usages()[0].provider(), "builtin");
  EXPECT_GT(context.told().usages()[0].output_tokens(), 50);
  ASSERT_GE(context.told().logs().size(), 2u);
  EXPECT_THAT(context.told().logs()[0].message(), HasSubstr("sonnet"));
  EXPECT_EQ(context.told().logs()[0].attributes().at("model"), "builtin/poet-1");
}

TEST(PoemFlowTest, EqualSeedsGiveEqualPoemsInEveryForm) {
  for (const char* form : {"sonnet", "ballad", "limerick", "haiku", "couplets", "free"}) {
    sdk::TestTaskContext one;
    sdk::TestTaskContext two;
    sdk::TestTaskContext three;
    ASSERT_OK_AND_ASSIGN(const poem::v1::Poem a, WritePoem(one, Request(form)));
    ASSERT_OK_AND_ASSIGN(const poem::v1::Poem b, WritePoem(two, Request(form)));
    ASSERT_OK_AND_ASSIGN(const poem::v1::Poem c, WritePoem(three, Request(form, 8)));
    EXPECT_EQ(a.form(), form);
    EXPECT_EQ(TextOf(a), TextOf(b));
    EXPECT_NE(TextOf(a), TextOf(c));
  }
}

TEST(PoemFlowTest, WithoutASeedEveryExecutionHasItsOwnPoemInAllItsAttempts) {
  sdk::AttemptInfo info;
  info.idempotency_key = "one";
  sdk::TestTaskContext first(info);
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem poem, WritePoem(first, Request("", 0)));
  info.attempt = 2;
  sdk::TestTaskContext again(info);
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem same, WritePoem(again, Request("", 0)));
  EXPECT_EQ(TextOf(poem), TextOf(same));
  info.idempotency_key = "two";
  sdk::TestTaskContext other(info);
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem different, WritePoem(other, Request("", 0)));
  EXPECT_NE(TextOf(poem), TextOf(different));
}

TEST(PoemFlowTest, TheSeedChoosesAmongAllForms) {
  std::set<std::string> forms;
  for (int seed = 1; seed <= 6; ++seed) {
    sdk::TestTaskContext context;
    ASSERT_OK_AND_ASSIGN(const poem::v1::Poem poem, WritePoem(context, Request("", seed)));
    forms.insert(poem.form());
  }
  EXPECT_EQ(forms.size(), 6u);
}

TEST(PoemFlowTest, ANewAttemptReplacesWhatTheLastOneLeft) {
  sdk::AttemptInfo info;
  info.output_ends[""] = 25;
  sdk::TestTaskContext context(info);
  ASSERT_OK_AND_ASSIGN(const poem::v1::Poem poem, WritePoem(context, Request()));
  EXPECT_EQ(context.told().output(), TextOf(poem));
}

TEST(PoemFlowTest, ACancelStopsBetweenTwoLines) {
  sdk::TestTaskContext context;
  std::thread reader([&] {
    context.told().WaitForEvents(3);  // the log line, the first line of the poem, its progress
    context.Cancel();
  });
  const PoemOptions slow{.line_pace = absl::InfiniteDuration()};
  EXPECT_THAT(WritePoem(context, Request(), slow), StatusIs(absl::StatusCode::kCancelled, HasSubstr("after line 1")));
  for (int i = 0; i < 3; ++i) context.Info("the reader never waits in vain");
  reader.join();
}

TEST(PoemFlowTest, InputsAgainstTheContractAreRefused) {
  sdk::TestTaskContext context;
  EXPECT_THAT(WritePoem(context, poem::v1::WritePoem()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("title")));
  EXPECT_THAT(WritePoem(context, Request("novel")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("novel")));
  EXPECT_TRUE(context.told().output().empty());
}

TEST(PoemFlowTest, AWorkerServesIt) {
  testing::FakeOrchestrator server;
  sdk::Worker worker({.server = server.address(), .slots = 1});
  RegisterPoem(worker);
  ASSERT_OK(worker.Start());
  v1::Hello hello;
  const auto stream = server.AcceptWorker(&hello);
  ASSERT_EQ(hello.types_size(), 1);
  EXPECT_EQ(hello.types(0).name(), "poem");
  stream->Assign(testing::AttemptOf(1), "poem", Request("haiku"));
  std::string text;
  v1::WorkerEntry entry = stream->Next();
  for (; entry.has_events(); entry = stream->Next()) {
    for (const v1::Event& event : entry.events().events()) text += event.output().text();
  }
  poem::v1::Poem poem;
  ASSERT_TRUE(entry.finished().output().UnpackTo(&poem));
  EXPECT_EQ(text, TextOf(poem));
}

}  // namespace
}  // namespace flowmesh::flows
