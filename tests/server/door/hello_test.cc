#include "server/door/hello.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::testing::ElementsAre;

v1::Hello Hello(const std::string& more) {
  v1::Hello hello;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString("worker: 'w' worker_id: 'id' " + more, &hello)) << more;
  return hello;
}

std::vector<std::string> WrongFields(const v1::Hello& hello) {
  std::vector<std::string> fields;
  for (const auto& violation : base::GetViolations(ReadHello(hello).status())) fields.push_back(violation.field);
  return fields;
}

TEST(HelloTest, DefaultsAreFilledIn) {
  ASSERT_OK_AND_ASSIGN(const auto records,
                       ReadHello(Hello("types { name: 'poem' input_type: 'a.B' output_type: 'a.C' }")));
  ContractRecord expected;
  expected.name = "poem";
  expected.input_type = "a.B";
  expected.output_type = "a.C";
  expected.code_version = 1;
  expected.max_failures = 3;
  expected.retry_initial = absl::Seconds(1);
  expected.retry_multiplier = 2;
  expected.retry_cap = absl::Seconds(60);
  expected.attempt_timeout = absl::InfiniteDuration();
  EXPECT_THAT(records, ElementsAre(expected));
}

TEST(HelloTest, WhatIsSaidIsKept) {
  ASSERT_OK_AND_ASSIGN(const auto records, ReadHello(Hello(R"(types {
      name: 'a-b_c.9' kind: FLOW flow: true code_version: 7 attempt_timeout { seconds: 5 }
      retry { max_failures: 100 initial { nanos: 1000000 } multiplier: 1 cap { seconds: 604800 } } })")));
  const ContractRecord& record = records.at(0);
  EXPECT_TRUE(record.is_flow_kind);
  EXPECT_TRUE(record.creatable);
  EXPECT_EQ(record.code_version, 7);
  EXPECT_EQ(record.attempt_timeout, absl::Seconds(5));
  EXPECT_EQ(record.max_failures, 100);
  EXPECT_EQ(record.retry_initial, absl::Milliseconds(1));
  EXPECT_EQ(record.retry_multiplier, 1);
  EXPECT_EQ(record.retry_cap, absl::Hours(24 * 7));
}

TEST(HelloTest, NamesHaveAnAlphabetAndALength) {
  for (const std::string& name : {std::string(), std::string("Poem"), std::string("a b"), std::string("a/b"),
                                  std::string("ż"), std::string("a@2"), std::string(129, 'a')}) {
    v1::Hello hello = Hello("");
    hello.add_types()->set_name(name);
    EXPECT_THAT(WrongFields(hello), ElementsAre("hello.types[0].name")) << name;
  }
  v1::Hello longest = Hello("");
  longest.add_types()->set_name(std::string(128, 'a'));
  EXPECT_OK(ReadHello(longest));
}

TEST(HelloTest, EachWrongFieldIsNamed) {
  const struct {
    std::string type, field;
  } table[] = {
      {"kind: 9", "kind"},
      {"code_version: -1", "code_version"},
      {"attempt_timeout {}", "attempt_timeout"},
      {"attempt_timeout { seconds: -1 }", "attempt_timeout"},
      {"attempt_timeout { seconds: 400000000 }", "attempt_timeout"},
      {"retry { max_failures: -1 }", "retry.max_failures"},
      {"retry { max_failures: 101 }", "retry.max_failures"},
      {"retry { multiplier: 0.5 }", "retry.multiplier"},
      {"retry { multiplier: nan }", "retry.multiplier"},
      {"retry { multiplier: 101 }", "retry.multiplier"},
      {"retry { initial {} }", "retry.initial"},
      {"retry { cap { seconds: 604801 } }", "retry.cap"},
      {"retry { cap { seconds: 1 nanos: -1 } }", "retry.cap"},
  };
  for (const auto& row : table) {
    v1::Hello hello = Hello("types { name: 'x' }");
    const bool is_kind = row.field == "kind";
    if (is_kind) {
      hello.mutable_types(0)->set_kind(static_cast<v1::TaskType::Kind>(9));
    } else {
      ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(row.type, hello.mutable_types(0))) << row.type;
    }
    EXPECT_THAT(WrongFields(hello), ElementsAre("hello.types[0]." + row.field)) << row.type;
  }
}

TEST(HelloTest, ATypeMayBeNamedOnce) {
  EXPECT_THAT(WrongFields(Hello("types { name: 'x' } types { name: 'y' } types { name: 'x' }")),
              ElementsAre("hello.types[2].name"));
}

TEST(HelloTest, CapacitiesHaveLimits) {
  EXPECT_OK(ReadHello(Hello("types { name: 'x' } capacity { slots: 100000 flows: 0 }")));
  EXPECT_THAT(WrongFields(Hello("types { name: 'x' } capacity { slots: -1 flows: 100001 }")),
              ElementsAre("hello.capacity.slots", "hello.capacity.flows"));
}

TEST(HelloTest, AWorkerHasAnIdAndBetweenOneAndAThousandTypes) {
  v1::Hello hello = Hello("types { name: 'x' }");
  hello.clear_worker_id();
  EXPECT_THAT(WrongFields(hello), ElementsAre("hello.worker_id"));
  EXPECT_THAT(WrongFields(Hello("")), ElementsAre("hello.types"));
  v1::Hello many = Hello("");
  for (int i = 0; i <= kMaxTaskTypes; ++i) many.add_types()->set_name("t" + std::to_string(i));
  EXPECT_THAT(WrongFields(many), ElementsAre("hello.types"));
}

}  // namespace
}  // namespace flowmesh::door
