#include "server/door/authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/base/error.h"
#include "server/door/token_signer.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::ManualClock;
using ::flowmesh::testing::StatusIs;
using ::testing::Field;

class AuthenticatorTest : public ::testing::Test {
 protected:
  std::string ReasonOf(Authenticator& authenticator, const Metadata& metadata) {
    const absl::StatusOr<Caller> caller = authenticator.Authenticate(metadata);
    EXPECT_THAT(caller, StatusIs(absl::StatusCode::kUnauthenticated));
    return base::GetReason(caller.status());
  }

  ManualClock clock_;
  KeySet keys_ = *KeySet::Parse("0123456789abcdef0123456789abcdef");
  const std::string token_ = *TokenSigner::Create(keys_, &clock_)->Sign("ann", {"worker"}, absl::Hours(1));
  TokenVerifier verifier_{keys_, &clock_};
  TokenAuthenticator strict_{&verifier_, TokenAuthenticator::Anonymous::kRefused};
  TokenAuthenticator dev_{&verifier_, TokenAuthenticator::Anonymous::kDeveloper};
};

TEST_F(AuthenticatorTest, TheSchemeIsCaseInsensitive) {
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER ", "Bearer   "}) {
    const std::string value = scheme + token_;
    EXPECT_THAT(strict_.Authenticate(Metadata{{"authorization", value}}), IsOkAndHolds(Field(&Caller::owner, "ann")));
  }
}

TEST_F(AuthenticatorTest, NoTokenIsRefusedAndSaysHowToGetOne) {
  EXPECT_EQ(ReasonOf(strict_, {}), "TOKEN_MISSING");
  EXPECT_EQ(ReasonOf(strict_, {{"x-authorization", "Bearer x"}}), "TOKEN_MISSING");
}

TEST_F(AuthenticatorTest, ADeveloperNeedsNoToken) {
  const Caller developer{.owner = "dev", .admin = true, .worker = true};
  EXPECT_THAT(dev_.Authenticate(Metadata()), IsOkAndHolds(developer));
}

TEST_F(AuthenticatorTest, ATokenThatIsSentIsVerifiedAlsoInDevelopment) {
  EXPECT_EQ(ReasonOf(dev_, {{"authorization", "Bearer a.b.c"}}), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(dev_, {{"authorization", ""}}), "TOKEN_INVALID");
  const std::string value = "Bearer " + token_;
  EXPECT_THAT(dev_.Authenticate(Metadata{{"authorization", value}}), IsOkAndHolds(Field(&Caller::admin, false)));
}

TEST_F(AuthenticatorTest, OtherSchemesAndTwoTokensAreRefused) {
  const std::string value = "Bearer " + token_;
  EXPECT_EQ(ReasonOf(strict_, {{"authorization", "Basic YTpi"}}), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(strict_, {{"authorization", token_}}), "TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(strict_, {{"authorization", value}, {"authorization", value}}), "TOKEN_INVALID");
}

TEST_F(AuthenticatorTest, AnExpiredTokenIsNamedSo) {
  const std::string value = "Bearer " + token_;
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(ReasonOf(strict_, {{"authorization", value}}), "TOKEN_EXPIRED");
}

TEST(CallerTest, RolesAreRequiredByName) {
  EXPECT_THAT(RequireAdmin({.owner = "a", .admin = true}), testing::IsOk());
  EXPECT_THAT(RequireWorker({.owner = "a", .worker = true}), testing::IsOk());
  const absl::Status refused = RequireAdmin({.owner = "a", .worker = true});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied, ::testing::HasSubstr("role admin")));
  EXPECT_EQ(base::GetReason(refused), "ROLE_REQUIRED");
  EXPECT_THAT(RequireWorker({.owner = "a", .admin = true}), StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace flowmesh::door
