#include "workers/sdk/record_inbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/status_matchers.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::Records Numbered(const std::vector<int>& numbers) {
  v1::Records records;
  for (const int number : numbers) records.add_records()->set_number(number);
  return records;
}

std::vector<int> NumbersOf(const std::vector<RecordInbox::Record>& records) {
  std::vector<int> numbers;
  for (const RecordInbox::Record& record : records) numbers.push_back(record.number());
  return numbers;
}

TEST(RecordInboxTest, RecordsAreTakenOnceAndInOrder) {
  RecordInbox inbox;
  EXPECT_THAT(inbox.Add(Numbered({1, 2})), IsOkAndHolds(2));
  EXPECT_THAT(inbox.Add(Numbered({3})), IsOkAndHolds(3));
  EXPECT_THAT(NumbersOf(inbox.Take()), ElementsAre(1, 2, 3));
  EXPECT_THAT(NumbersOf(inbox.Take()), IsEmpty());
  EXPECT_EQ(inbox.received(), 3);
}

TEST(RecordInboxTest, WhatCameBeforeIsSkipped) {
  RecordInbox inbox;
  EXPECT_OK(inbox.Add(Numbered({1, 2})));
  EXPECT_THAT(inbox.Add(Numbered({1, 2, 3, 3, 4})), IsOkAndHolds(4));
  EXPECT_THAT(NumbersOf(inbox.Take()), ElementsAre(1, 2, 3, 4));
}

TEST(RecordInboxTest, AMissingNumberIsAnErrorAndKeepsNothing) {
  RecordInbox inbox;
  EXPECT_THAT(inbox.Add(Numbered({1, 3})), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("2 is missing")));
  EXPECT_EQ(inbox.received(), 0);
  EXPECT_THAT(NumbersOf(inbox.Take()), IsEmpty());
  EXPECT_THAT(inbox.Add(Numbered({1, 2, 3})), IsOkAndHolds(3));
}

}  // namespace
}  // namespace flowmesh::sdk
