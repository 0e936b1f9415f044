#include "server/tls/live_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/base/clock.h"
#include "tests/support/made_certificates.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::tls {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::MadeAuthority;
using ::flowmesh::testing::MadePair;
using ::flowmesh::testing::ReplaceFile;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

class LiveIdentityTest : public ::testing::Test {
 protected:
  LiveIdentityTest() { Install(authority_.Issue()); }

  void Install(const MadePair& pair) {
    ReplaceFile(files_.certificates, pair.certificate);
    ReplaceFile(files_.private_key, pair.private_key);
  }

  const MadeAuthority authority_;
  testing::TemporaryDirectory directory_;
  const KeyPairFiles files_{directory_.file("door.pem"), directory_.file("door.key")};
  base::SystemClock clock_;
};

TEST_F(LiveIdentityTest, FollowsItsFilesAndSaysWhetherTheyChanged) {
  ASSERT_OK_AND_ASSIGN(const auto identity, LiveIdentity::Open({.key_pair = files_}, &clock_));
  const auto first = identity->current();
  EXPECT_THAT(identity->Reread(), IsOkAndHolds(false));
  EXPECT_EQ(identity->current(), first);
  const MadePair next = authority_.Issue();
  Install(next);
  EXPECT_THAT(identity->Reread(), IsOkAndHolds(true));
  EXPECT_EQ(identity->current()->key_pair.private_key, next.private_key);
  EXPECT_NE(first->key_pair.private_key, next.private_key) << "who has the old one keeps it";
}

TEST_F(LiveIdentityTest, KeepsWhatItHasWhenTheFilesAreBroken) {
  const std::string authorities = directory_.file("ca.pem");
  ReplaceFile(authorities, authority_.Pem());
  ASSERT_OK_AND_ASSIGN(const auto identity,
                       LiveIdentity::Open({.key_pair = files_, .client_authorities = authorities}, &clock_));
  const auto first = identity->current();
  EXPECT_EQ(first->client_authorities, authority_.Pem());
  ReplaceFile(files_.private_key, authority_.Issue().private_key);
  EXPECT_THAT(identity->Reread(), StatusIs(kInvalid));
  EXPECT_EQ(identity->current(), first);
  Install(authority_.Issue());
  ReplaceFile(authorities, "nothing");
  EXPECT_THAT(identity->Reread(), StatusIs(kInvalid, HasSubstr("ca.pem")));
  EXPECT_EQ(identity->current(), first);
}

TEST_F(LiveIdentityTest, DoesNotOpenWithBrokenFiles) {
  ReplaceFile(files_.certificates, "");
  EXPECT_THAT(LiveIdentity::Open({.key_pair = files_}, &clock_), StatusIs(kInvalid));
}

}  // namespace
}  // namespace flowmesh::tls
