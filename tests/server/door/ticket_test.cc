#include "server/door/ticket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/base/error.h"
#include "server/door/authenticator.h"
#include "server/door/token_signer.h"
#include "server/door/token_verifier.h"
#include "tests/server/door/signed_tokens.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::KeyPair;
using ::flowmesh::testing::ManualClock;
using ::testing::HasSubstr;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";
constexpr char kPath[] = "/v1/executions/7/events";

MATCHER_P(RefusedAs, reason, "") {
  *result_listener << arg.status().ToString();
  return arg.status().code() == absl::StatusCode::kUnauthenticated && base::GetReason(arg.status()) == reason;
}

std::string SymmetricKey(const std::string& kid, const std::string& secret) {
  return absl::StrCat(R"({"kty":"oct","alg":"HS256","kid":")", kid, R"(","k":")", absl::WebSafeBase64Escape(secret),
                      R"("})");
}

class TicketTest : public ::testing::Test {
 protected:
  static KeySet Keys(const std::string& text = kSecret) { return *KeySet::Parse(text); }

  std::string Sell(const TicketOffice& office, const Caller& buyer) {
    const absl::StatusOr<SoldTicket> sold = office.Sell(buyer, kPath);
    EXPECT_THAT(sold, IsOk());
    return sold.ok() ? sold->token : "";
  }

  ManualClock clock_;
  const Caller ada_{.owner = "ada", .admin = true, .worker = true, .expire_time = clock_.Now() + absl::Hours(1)};
  TokenVerifier verifier_{Keys(), &clock_};
  TicketOffice office_{&verifier_, &clock_};
};

TEST_F(TicketTest, SaysWhoBoughtItForWhatAndUntilWhen) {
  ASSERT_OK_AND_ASSIGN(const SoldTicket sold, office_.Sell(ada_, kPath));
  EXPECT_EQ(sold.expire_time, clock_.Now() + absl::Seconds(60));
  ASSERT_OK_AND_ASSIGN(const Ticket ticket, office_.Verify(sold.token));
  EXPECT_EQ(ticket.path, kPath);
  EXPECT_EQ(ticket.caller, (Caller{.owner = "ada", .admin = true, .expire_time = ada_.expire_time}));
}

TEST_F(TicketTest, OfADeveloperWithoutTokenHasNoEnd) {
  ASSERT_OK_AND_ASSIGN(const Ticket ticket, office_.Verify(Sell(office_, {.owner = "dev"})));
  EXPECT_EQ(ticket.caller, (Caller{.owner = "dev"}));
}

TEST_F(TicketTest, OpensForAMinute) {
  const std::string token = Sell(office_, ada_);
  clock_.Advance(absl::Seconds(59));
  EXPECT_THAT(office_.Verify(token), IsOk());
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(office_.Verify(token), RefusedAs("TICKET_EXPIRED"));
}

TEST_F(TicketTest, DoesNotOutliveTheTokenThatBoughtIt) {
  const Caller hurried{.owner = "ada", .expire_time = clock_.Now() + absl::Seconds(5)};
  ASSERT_OK_AND_ASSIGN(const SoldTicket sold, office_.Sell(hurried, kPath));
  EXPECT_EQ(sold.expire_time, hurried.expire_time);
  clock_.Advance(absl::Seconds(5));
  EXPECT_THAT(office_.Verify(sold.token), RefusedAs("TICKET_EXPIRED"));
}

TEST_F(TicketTest, IsVerifiedByWhoHasItsKeyAlsoWhileKeysChange) {
  const std::string old_key = SymmetricKey("old", kSecret);
  const std::string new_key = SymmetricKey("new", "a newer secret of more than thirty-two bytes");
  const KeySet before = Keys(absl::StrCat(R"({"keys":[)", old_key, "]}"));
  const KeySet between = Keys(absl::StrCat(R"({"keys":[)", new_key, ",", old_key, "]}"));
  const KeySet after = Keys(absl::StrCat(R"({"keys":[)", new_key, "]}"));
  verifier_.SetKeys(before);
  const std::string of_the_old_key = Sell(office_, ada_);
  verifier_.SetKeys(between);
  const std::string of_the_new_key = Sell(office_, ada_);
  EXPECT_THAT(office_.Verify(of_the_old_key), IsOk());
  EXPECT_THAT(office_.Verify(of_the_new_key), IsOk());
  verifier_.SetKeys(after);
  EXPECT_THAT(office_.Verify(of_the_old_key), RefusedAs("TICKET_INVALID"));
  EXPECT_THAT(office_.Verify(of_the_new_key), IsOk());
  verifier_.SetKeys(before);
  EXPECT_THAT(office_.Verify(of_the_new_key), RefusedAs("TICKET_INVALID"));
}

TEST_F(TicketTest, NeedsASymmetricKey) {
  const std::string pem = absl::CEscape(KeyPair::Ec().PublicPem());
  verifier_.SetKeys(Keys(absl::StrCat(R"({"keys":[{"kty":"EC","alg":"ES256","kid":"e","pem":")", pem, R"("}]})")));
  const absl::Status status = office_.Sell(ada_, kPath).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(base::GetReason(status), "TICKETS_NEED_A_SYMMETRIC_KEY");
  EXPECT_THAT(std::string(status.message()), HasSubstr(R"("kty": "oct")"));
}

TEST_F(TicketTest, ChangedInAnyPartIsInvalid) {
  const std::string token = Sell(office_, ada_);
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  std::string claims;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &claims));
  const std::string bob = absl::StrReplaceAll(claims, {{"ada", "bob"}});
  const std::vector<std::string> changed = {
      absl::StrCat(parts[0], ".", absl::WebSafeBase64Escape(bob), ".", parts[2]),
      absl::StrCat(parts[0], ".", parts[1], "."),
      absl::StrCat(parts[0], ".", parts[1]),
      absl::StrCat(token, ".", parts[2]),
      absl::StrCat(parts[0], "x.", parts[1], ".", parts[2]),
      parts[0],
      std::string(kMaxTokenBytes + 1, 'x'),
      "",
  };
  for (const std::string& one : changed) EXPECT_THAT(office_.Verify(one), RefusedAs("TICKET_INVALID")) << one;
}

TEST_F(TicketTest, IsNoTokenAndATokenIsNoTicket) {
  const std::string ticket = Sell(office_, ada_);
  EXPECT_THAT(verifier_.Verify(ticket), RefusedAs("TOKEN_INVALID"));
  TokenAuthenticator authenticator(&verifier_, TokenAuthenticator::Anonymous::kDeveloper);
  const std::string value = "Bearer " + ticket;
  EXPECT_THAT(authenticator.Authenticate(Metadata{{"authorization", value}}), RefusedAs("TICKET_NOT_ACCEPTED"));

  ASSERT_OK_AND_ASSIGN(const TokenSigner signer, TokenSigner::Create(Keys(), &clock_));
  ASSERT_OK_AND_ASSIGN(const std::string token, signer.Sign("ada", {}, absl::Hours(1)));
  EXPECT_THAT(office_.Verify(token), RefusedAs("TICKET_INVALID"));
  // A ticket's words under the key's own signature.
  const std::string forged = testing::HandMadeToken(
      R"({"typ":"flowmesh-ticket+jwt","alg":"HS256"})",
      absl::StrCat(R"({"sub":"ada","path":"/","exp":)", absl::ToUnixSeconds(clock_.Now()) + 60, "}"), kSecret);
  EXPECT_THAT(office_.Verify(forged), RefusedAs("TICKET_INVALID"));
}

TEST_F(TicketTest, IsFoundInTheMetadata) {
  const std::string ticket = Sell(office_, ada_);
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER  "}) {
    const std::string value = scheme + ticket;
    EXPECT_EQ(TicketIn(Metadata{{"authorization", value}}), ticket);
  }
  const std::string value = "Bearer " + ticket;
  EXPECT_EQ(TicketIn(Metadata{}), std::nullopt);
  EXPECT_EQ(TicketIn(Metadata{{"authorization", ticket}}), std::nullopt);
  EXPECT_EQ(TicketIn(Metadata{{"authorization", "Bearer abc"}}), std::nullopt);
  EXPECT_EQ(TicketIn(Metadata{{"authorization", value}, {"authorization", value}}), std::nullopt);
}

}  // namespace
}  // namespace flowmesh::door
