#include "server/store/postgres/hint_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace flowmesh::store::postgres {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

const Hint kEverything = {.everything = true};

base::Id IdOf(uint64_t number) { return {0x0192f0c48d1e7001 + number, 0x9abc0123456789ab}; }

Hint Executions(size_t count) {
  Hint hint;
  for (size_t i = 0; i < count; ++i) hint.executions.push_back(IdOf(i));
  return hint;
}

Hint ReadAll(const std::vector<std::string>& texts) {
  Hint hint;
  for (const std::string& text : texts) AddHint(ReadHintText(text), &hint);
  return hint;
}

TEST(HintTextTest, NothingIsNoText) { EXPECT_THAT(HintTexts({}), IsEmpty()); }

TEST(HintTextTest, WordsSayWhatTheHintSays) {
  EXPECT_THAT(HintTexts({.executions = {IdOf(0)},
                         .mail = {7, std::numeric_limits<uint64_t>::max()},
                         .ready = true,
                         .flows = true,
                         .replicas = true}),
              ElementsAre("ready flows replicas mail:7 mail:18446744073709551615 "
                          "0192f0c4-8d1e-7001-9abc-0123456789ab"));
  EXPECT_THAT(HintTexts(kEverything), ElementsAre("everything"));
}

TEST(HintTextTest, WhatIsWrittenIsRead) {
  const Hint hints[] = {{.ready = true},
                        {.flows = true},
                        {.replicas = true},
                        {.mail = {std::numeric_limits<uint64_t>::max()}},
                        {.executions = {IdOf(1), IdOf(2)}, .mail = {3}, .ready = true},
                        kEverything};
  for (const Hint& hint : hints) EXPECT_EQ(ReadAll(HintTexts(hint)), hint);
}

TEST(HintTextTest, EachThingIsSaidOnce) {
  EXPECT_THAT(HintTexts({.executions = {IdOf(0), IdOf(0)}, .mail = {7, 7}}),
              ElementsAre("mail:7 0192f0c4-8d1e-7001-9abc-0123456789ab"));
}

TEST(HintTextTest, ManyNamesAreSeveralTextsThatTheServerTakes) {
  const Hint hint = Executions(kMaxHintNames);
  const std::vector<std::string> texts = HintTexts(hint);
  EXPECT_THAT(texts, SizeIs(Gt(1)));
  EXPECT_THAT(texts, Each(SizeIs(Le(kMaxHintTextBytes))));
  EXPECT_LT(kMaxHintTextBytes, 8000);
  EXPECT_EQ(ReadAll(texts), hint);
}

TEST(HintTextTest, TooManyNamesAreEverything) {
  EXPECT_THAT(HintTexts(Executions(kMaxHintNames + 1)), ElementsAre("everything"));
  Hint hint = Executions(kMaxHintNames);
  AddHint({.mail = {1}}, &hint);
  EXPECT_THAT(HintTexts(hint), ElementsAre("everything"));
}

TEST(HintTextTest, TheSameManyTimesIsNotTooMany) {
  const Hint hint = Executions(kMaxHintNames);
  Hint sum;
  for (int i = 0; i < 100; ++i) {
    AddHint(hint, &sum);
    EXPECT_LE(sum.executions.size(), 2 * kMaxHintNames);
  }
  EXPECT_EQ(ReadAll(HintTexts(sum)), hint);
}

TEST(HintTextTest, ASumThatGrowsBeyondTheLimitIsEverythingAndStaysSo) {
  Hint sum;
  for (uint64_t i = 0; i < 10 * kMaxHintNames; ++i) {
    AddHint({.executions = {IdOf(i)}}, &sum);
    ASSERT_LE(sum.executions.size(), 2 * kMaxHintNames);
  }
  EXPECT_THAT(HintTexts(sum), ElementsAre("everything"));
  AddHint({.ready = true}, &sum);
  EXPECT_THAT(HintTexts(sum), ElementsAre("everything"));
  Hint one = {.executions = {IdOf(1)}};
  AddHint(Executions(kMaxHintNames + 1), &one);
  EXPECT_EQ(one, kEverything);
}

TEST(HintTextTest, WhatIsNotUnderstoodIsEverything) {
  for (const char* text : {"", " ", "ready ", "tomorrow", "ready tomorrow", "mail:", "mail:x", "mail:-1",
                           "mail:18446744073709551616", "0192f0c4", "Ready"}) {
    EXPECT_EQ(ReadHintText(text), kEverything) << "'" << text << "'";
  }
}

}  // namespace
}  // namespace flowmesh::store::postgres
