#include "server/base/trace_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/seeded_random.h"

namespace flowmesh::base {
namespace {

// The examples of the standard, section 3.2.4.
constexpr char kSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kNotSampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";

TEST(TraceContextTest, ReadsAndWritesTheExamplesOfTheStandard) {
  const auto sampled = TraceContext::Parse(kSampled);
  ASSERT_TRUE(sampled.has_value());
  EXPECT_EQ(sampled->trace_id(), kTraceId);
  EXPECT_EQ(sampled->span_id(), "00f067aa0ba902b7");
  EXPECT_TRUE(sampled->sampled());
  EXPECT_EQ(sampled->ToString(), kSampled);
  const auto not_sampled = TraceContext::Parse(kNotSampled);
  ASSERT_TRUE(not_sampled.has_value());
  EXPECT_FALSE(not_sampled->sampled());
  EXPECT_EQ(not_sampled->ToString(), kNotSampled);
}

TEST(TraceContextTest, WhatIsMalformedIsNoContext) {
  const std::string good = kSampled;
  for (const std::string& bad : {
           std::string(),
           std::string("00"),
           good.substr(0, 54),
           good + "-",    // version 00 has nothing behind its flags
           good + "-00",  //
           good + " ",
           " " + good,
           std::string("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),  // forbidden version
           std::string("0-4bf92f3577b34da6a3ce929d0e0e47361-00f067aa0ba902b7-01"),
           std::string("00-00000000000000000000000000000000-00f067aa0ba902b7-01"),  // no trace
           std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"),  // no span
           std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),  // upper case
           std::string("00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01"),
           std::string("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"),
           std::string("00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"),
           std::string("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x"),
       }) {
    EXPECT_FALSE(TraceContext::Parse(bad).has_value()) << bad;
    EXPECT_EQ(TraceIdOf(bad), "") << bad;
  }
}

TEST(TraceContextTest, ALaterVersionIsReadAsFarAsItIsKnownAndWrittenAsVersion00) {
  for (const char* later : {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like"}) {
    const auto trace = TraceContext::Parse(later);
    ASSERT_TRUE(trace.has_value()) << later;
    EXPECT_EQ(trace->Child(1).ToString(), absl::StrCat("00-", kTraceId, "-0000000000000001-01"));
  }
}

TEST(TraceContextTest, AChildHasTheTraceAndASpanOfItsOwn) {
  testing::SeededRandom random;
  const auto parent = TraceContext::Parse(kSampled);
  std::set<std::string> spans = {parent->span_id()};
  for (int i = 0; i < 100; ++i) {
    const TraceContext child = parent->Child(random);
    EXPECT_EQ(child.trace_id(), kTraceId);
    EXPECT_TRUE(child.sampled());
    EXPECT_TRUE(TraceContext::Parse(child.ToString()).has_value());
    EXPECT_TRUE(spans.insert(child.span_id()).second) << "a span id came twice";
  }
  EXPECT_FALSE(TraceContext::Parse(kNotSampled)->Child(random).sampled());
}

TEST(TraceContextTest, FlagsThatNobodyKnowsAreNotPassedOn) {
  const auto parent = TraceContext::Parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff");
  ASSERT_TRUE(parent.has_value());
  EXPECT_EQ(parent->Child(1).ToString(), absl::StrCat("00-", kTraceId, "-0000000000000001-01"));
}

TEST(TraceContextTest, AStartedTraceIsValidNotSampledAndLikeNoOther) {
  testing::SeededRandom random;
  const TraceContext one = TraceContext::Start(random);
  const TraceContext other = TraceContext::Start(random);
  EXPECT_EQ(TraceContext::Parse(one.ToString()), one);
  EXPECT_FALSE(one.sampled());
  EXPECT_NE(one.trace_id(), other.trace_id());
  EXPECT_NE(one.span_id(), other.span_id());
  EXPECT_EQ(TraceIdOf(one.ToString()), one.trace_id());
}

TEST(TraceStateTest, EntriesOfTheStandardPass) {
  EXPECT_EQ(PassableTraceState("congo=t61rcWkgMzE"), "congo=t61rcWkgMzE");
  EXPECT_EQ(PassableTraceState("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  EXPECT_EQ(PassableTraceState(" rojo=1 , ,\tcongo=a b"), "rojo=1,congo=a b");
  EXPECT_EQ(PassableTraceState("fw529a3039@dt=FfAAAA,0tenant@vendor=x"), "fw529a3039@dt=FfAAAA,0tenant@vendor=x");
  EXPECT_EQ(PassableTraceState("a_-*/b=!"), "a_-*/b=!");
  EXPECT_EQ(PassableTraceState(""), "");
}

TEST(TraceStateTest, WhatIsMalformedIsDroppedAsAWhole) {
  for (const std::string& bad :
       {std::string("rojo"), std::string("=1"), std::string("rojo="), std::string("Rojo=1"), std::string("1ojo=1"),
        std::string("rojo=1,rojo=2"), std::string("rojo=a=b"), std::string("rojo=1,congo=\x01"), std::string("a@b@c=1"),
        std::string("a@1b=1"), absl::StrCat(std::string(257, 'a'), "=1"), absl::StrCat("a=", std::string(257, 'b')),
        absl::StrCat("a@", std::string(15, 'b'), "=1")}) {
    EXPECT_EQ(PassableTraceState(bad), "") << bad;
  }
}

std::string Entries(int count, size_t value) {
  std::string state;
  for (int i = 0; i < count; ++i) {
    absl::StrAppend(&state, i == 0 ? "" : ",", "k", i, "=", std::string(value, 'v'));
  }
  return state;
}

TEST(TraceStateTest, ThirtyTwoEntriesPassOneMoreDoesNot) {
  EXPECT_EQ(PassableTraceState(Entries(32, 1)), Entries(32, 1));
  EXPECT_EQ(PassableTraceState(Entries(33, 1)), "");
}

TEST(TraceStateTest, BeyondItsSizeLongEntriesGoFirstThenThoseAtTheEnd) {
  const std::string fits = Entries(10, 46);
  ASSERT_LE(fits.size(), 512U);
  EXPECT_EQ(PassableTraceState(fits), fits);
  const std::string longest = absl::StrCat("long=", std::string(200, 'l'));
  EXPECT_EQ(PassableTraceState(absl::StrCat(longest, ",", fits)), fits);
  const std::string passed = PassableTraceState(Entries(20, 46));
  EXPECT_LE(passed.size(), 512U);
  EXPECT_EQ(passed, Entries(10, 46));
}

}  // namespace
}  // namespace flowmesh::base
