#include "server/door/call_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/base/error.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kTrace[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(CallMetadataTest, NothingSentIsNothingRead) {
  ASSERT_OK_AND_ASSIGN(const CallMetadata read, ReadCallMetadata({}, ""));
  EXPECT_EQ(read.idempotency_key, "");
  EXPECT_EQ(read.wait, std::nullopt);
  EXPECT_THAT(read.Labels(), IsEmpty());
}

TEST(CallMetadataTest, TheKeyComesFromTheRequestOrEitherHeader) {
  EXPECT_EQ(ReadCallMetadata({}, "k")->idempotency_key, "k");
  EXPECT_EQ(ReadCallMetadata({{"x-idempotency-key", "k"}}, "")->idempotency_key, "k");
  EXPECT_EQ(ReadCallMetadata({{"idempotency-key", "k"}}, "")->idempotency_key, "k");
  EXPECT_EQ(ReadCallMetadata({{"idempotency-key", "k"}, {"x-idempotency-key", "k"}}, "k")->idempotency_key, "k");
}

TEST(CallMetadataTest, TwoDifferentKeysAreRefused) {
  for (const Metadata& metadata : {Metadata{{"idempotency-key", "a"}, {"x-idempotency-key", "b"}},
                                   Metadata{{"x-idempotency-key", "a"}, {"idempotency-key", ""}}}) {
    const auto refused = ReadCallMetadata(metadata, "c");
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(base::GetReason(refused.status()), "IDEMPOTENCY_KEY_CONFLICT");
  }
  EXPECT_THAT(ReadCallMetadata({{"idempotency-key", "a"}, {"idempotency-key", "a"}}, ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("must be sent once")));
}

TEST(CallMetadataTest, TextIsVisibleAsciiOfAtMost256Characters) {
  const std::string longest(256, 'k'), longer(257, 'k');
  for (const char* name : {"x-idempotency-key", "x-workflow-id", "x-request-id"}) {
    EXPECT_OK(ReadCallMetadata({{name, longest}}, ""));
    for (const std::string& bad :
         {longer, std::string("a b"), std::string("a\nb"), std::string("\xc5\xbc"), std::string("\x7f")}) {
      EXPECT_THAT(ReadCallMetadata({{name, bad}}, ""), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(name)));
    }
  }
  EXPECT_THAT(ReadCallMetadata({}, longer), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("idempotency_key")));
}

TEST(CallMetadataTest, IdsBecomeLabels) {
  ASSERT_OK_AND_ASSIGN(const CallMetadata read, ReadCallMetadata({{"x-workflow-id", "w"}, {"x-request-id", "r"}}, ""));
  EXPECT_THAT(read.Labels(), ElementsAre(Pair("x-request-id", "r"), Pair("x-workflow-id", "w")));
}

TEST(CallMetadataTest, WaitIsReadAmongOtherPreferences) {
  EXPECT_EQ(ReadCallMetadata({{"prefer", "wait=10"}}, "")->wait, absl::Seconds(10));
  EXPECT_EQ(ReadCallMetadata({{"prefer", "respond-async, Wait=0"}}, "")->wait, absl::ZeroDuration());
  EXPECT_EQ(ReadCallMetadata({{"prefer", "respond-async"}, {"prefer", "wait= 5"}}, "")->wait, absl::Seconds(5));
  EXPECT_EQ(ReadCallMetadata({{"prefer", "waiting=3"}}, "")->wait, std::nullopt);
}

TEST(CallMetadataTest, AMalformedWaitIsRefused) {
  for (const char* bad :
       {"wait=", "wait", "wait=-1", "wait=1.5", "wait=soon", "wait=86401", "wait=99999999999999999999"}) {
    EXPECT_THAT(ReadCallMetadata({{"prefer", bad}}, ""),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("prefer")));
  }
}

TEST(CallMetadataTest, OnlyAValidTraceparentIsTaken) {
  EXPECT_EQ(ReadCallMetadata({{"traceparent", kTrace}}, "")->trace, base::TraceContext::Parse(kTrace));
  for (const char* bad : {"", "00-0-0-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"}) {
    EXPECT_EQ(ReadCallMetadata({{"traceparent", bad}}, "")->trace, std::nullopt) << bad;
  }
  EXPECT_EQ(ReadCallMetadata({{"traceparent", kTrace}, {"traceparent", kTrace}}, "")->trace, std::nullopt);
}

}  // namespace
}  // namespace flowmesh::door
