#include "server/door/token_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <jwt.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/error.h"
#include "server/door/token_signer.h"
#include "tests/server/door/signed_tokens.h"
#include "tests/support/manual_clock.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::HandMadeToken;
using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::KeyPair;
using ::flowmesh::testing::ManualClock;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";
constexpr char kHs256[] = R"({"alg":"HS256","typ":"JWT"})";

MATCHER_P(RefusedAs, reason, "") {
  *result_listener << arg.status().ToString();
  return arg.status().code() == absl::StatusCode::kUnauthenticated && base::GetReason(arg.status()) == reason;
}

class TokenVerifierTest : public ::testing::Test {
 protected:
  KeySet Keys(const std::string& text = kSecret) { return *KeySet::Parse(text); }

  std::string Claims(const std::string& more = "", int ttl = 3600) {
    return absl::StrCat(R"({"sub":"ann","exp":)", absl::ToUnixSeconds(clock_.Now()) + ttl, more, "}");
  }
  std::string Token(const std::string& claims) { return HandMadeToken(kHs256, claims, kSecret); }
  std::string At(int seconds) { return std::to_string(absl::ToUnixSeconds(clock_.Now()) + seconds); }

  ManualClock clock_;
  TokenVerifier verifier_{Keys(), &clock_};
};

TEST_F(TokenVerifierTest, AcceptsWhatTheSignerMade) {
  ASSERT_OK_AND_ASSIGN(const TokenSigner signer, TokenSigner::Create(Keys(), &clock_));
  ASSERT_OK_AND_ASSIGN(const std::string token, signer.Sign("ann", {"worker"}, absl::Hours(1)));
  const Caller expected{.owner = "ann", .worker = true, .expire_time = clock_.Now() + absl::Hours(1)};
  EXPECT_THAT(verifier_.Verify(token), IsOkAndHolds(expected));
}

TEST_F(TokenVerifierTest, NoRolesMeansOwnObjectsOnly) {
  ASSERT_OK_AND_ASSIGN(const Caller caller, verifier_.Verify(Token(Claims())));
  EXPECT_EQ(caller.owner, "ann");
  EXPECT_FALSE(caller.admin);
  EXPECT_FALSE(caller.worker);
}

TEST_F(TokenVerifierTest, RolesMayBeOneStringOrAListAndUnknownOnesAreIgnored) {
  EXPECT_THAT(verifier_.Verify(Token(Claims(R"(,"roles":"admin")"))), IsOkAndHolds(Field(&Caller::admin, true)));
  ASSERT_OK_AND_ASSIGN(const Caller caller, verifier_.Verify(Token(Claims(R"(,"roles":["worker","king",7])"))));
  EXPECT_TRUE(caller.worker);
  EXPECT_FALSE(caller.admin);
  EXPECT_THAT(verifier_.Verify(Token(Claims(R"(,"roles":{"admin":true})"))), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, AForgedClaimIsRefused) {
  const std::string token = Token(Claims());
  const std::string forged = HandMadeToken(kHs256, Claims(R"(,"roles":"admin")"), "another secret of some length...");
  const std::string spliced = forged.substr(0, forged.rfind('.')) + token.substr(token.rfind('.'));
  EXPECT_THAT(verifier_.Verify(forged), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier_.Verify(spliced), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, EveryChangedCharacterOfTheSignatureIsRefused) {
  const std::string token = Token(Claims());
  for (std::size_t i = token.rfind('.') + 1; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(verifier_.Verify(changed), RefusedAs("TOKEN_INVALID")) << i;
  }
}

TEST_F(TokenVerifierTest, TheSameSignatureInOtherBase64IsRefused) {
  // The last of 43 characters carries 4 bits; its other 2 may be anything for a lax decoder.
  std::string token = Token(Claims());
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  token.back() = alphabet[alphabet.find(token.back()) + 1];
  EXPECT_THAT(verifier_.Verify(token), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, AlgNoneIsRefusedWithAndWithoutSignature) {
  const std::string header = R"({"alg":"none","typ":"JWT"})";
  const std::string token = HandMadeToken(header, Claims(), kSecret);
  EXPECT_THAT(verifier_.Verify(token), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier_.Verify(token.substr(0, token.rfind('.') + 1)), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier_.Verify(token.substr(0, token.rfind('.'))), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, AnotherAlgorithmThanTheKeysIsRefused) {
  for (const char* alg : {"HS384", "HS512", "RS256", "ES256", "hs256x", ""}) {
    const std::string token = HandMadeToken(absl::StrCat(R"({"typ":"JWT","alg":")", alg, "\"}"), Claims(), kSecret);
    EXPECT_THAT(verifier_.Verify(token), RefusedAs("TOKEN_INVALID")) << alg;
  }
  EXPECT_THAT(verifier_.Verify(HandMadeToken(R"({"typ":"JWT"})", Claims(), kSecret)), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, APublicKeyIsNoSecret) {
  const KeyPair pair = KeyPair::Rsa();
  const std::string pem = pair.PublicPem();
  std::string json = pem;
  for (std::size_t at = 0; (at = json.find('\n', at)) != std::string::npos;) json.replace(at, 1, "\\n");
  TokenVerifier verifier(Keys(R"({"keys":[{"kty":"RSA","alg":"RS256","kid":"r","pem":")" + json + "\"}]}"), &clock_);
  const std::string confused = HandMadeToken(R"({"alg":"HS256","typ":"JWT","kid":"r"})", Claims(), pem);
  EXPECT_THAT(verifier.Verify(confused), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, AsymmetricKeysVerify) {
  for (const auto& [pair, other, kty, alg, library] :
       {std::tuple(KeyPair::Rsa(), KeyPair::Rsa(), "RSA", "RS256", JWT_ALG_RS256),
        std::tuple(KeyPair::Ec(), KeyPair::Ec(), "EC", "ES256", JWT_ALG_ES256)}) {
    std::string pem = pair.PublicPem();
    for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos;) pem.replace(at, 1, "\\n");
    TokenVerifier verifier(Keys(absl::StrCat(R"({"keys":[{"kty":")", kty, R"(","kid":"k","pem":")", pem, "\"}]}")),
                           &clock_);
    const auto sign = [&, library = library](const KeyPair& with) {
      jwt_t* jwt = nullptr;
      jwt_new(&jwt);
      jwt_add_grants_json(jwt, Claims().c_str());
      const std::string secret = with.PrivatePem();
      jwt_set_alg(jwt, library, reinterpret_cast<const unsigned char*>(secret.data()), static_cast<int>(secret.size()));
      const std::unique_ptr<char, decltype(&std::free)> text(jwt_encode_str(jwt), &std::free);
      jwt_free(jwt);
      return std::string(text.get());
    };
    EXPECT_THAT(verifier.Verify(sign(pair)), IsOkAndHolds(Field(&Caller::owner, "ann"))) << alg;
    EXPECT_THAT(verifier.Verify(sign(other)), RefusedAs("TOKEN_INVALID")) << alg;
  }
}

TEST_F(TokenVerifierTest, TheKidChoosesTheKeyAndAnUnknownOneIsRefused) {
  const std::string first(32, 'a'), second(32, 'b');
  const auto jwk = [](const char* kid, const std::string& secret) {
    return absl::StrCat(R"({"kty":"oct","alg":"HS256","kid":")", kid, R"(","k":")", absl::WebSafeBase64Escape(secret),
                        "\"}");
  };
  TokenVerifier verifier(Keys(absl::StrCat(R"({"keys":[)", jwk("old", first), ",", jwk("new", second), "]}")), &clock_);
  const auto header = [](const char* kid) { return absl::StrCat(R"({"alg":"HS256","kid":")", kid, "\"}"); };
  EXPECT_THAT(verifier.Verify(HandMadeToken(header("old"), Claims(), first)), IsOk());
  EXPECT_THAT(verifier.Verify(HandMadeToken(header("new"), Claims(), second)), IsOk());
  EXPECT_THAT(verifier.Verify(HandMadeToken(header("new"), Claims(), first)), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier.Verify(HandMadeToken(header("else"), Claims(), first)), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier.Verify(HandMadeToken(kHs256, Claims(), first)), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, AnUnknownKidIsNamedAndCutToLength) {
  const auto refusal = [this](const std::string& kid) {
    const std::string header = absl::StrCat(R"({"alg":"HS256","kid":")", kid, "\"}");
    return std::string(verifier_.Verify(HandMadeToken(header, Claims(), kSecret)).status().message());
  };
  EXPECT_THAT(refusal("of-last-year"), HasSubstr("(kid) \"of-last-year\" that this server does not know"));
  EXPECT_THAT(refusal(std::string(500, 'k')), Not(HasSubstr(std::string(65, 'k'))));
  EXPECT_THAT(refusal("a\\u001b[31mred"), HasSubstr("a\\033[31mred"));
}

TEST_F(TokenVerifierTest, OtherKeysCountFromThenOnAlsoForTokensThatWereRemembered) {
  const std::string token = Token(Claims());
  EXPECT_THAT(verifier_.Verify(token), IsOk());
  EXPECT_FALSE(verifier_.SetKeys(Keys()));
  EXPECT_THAT(verifier_.Verify(token), IsOk());
  const std::string other(32, 'o');
  EXPECT_TRUE(verifier_.SetKeys(Keys(other)));
  EXPECT_THAT(verifier_.Verify(token), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier_.Verify(HandMadeToken(kHs256, Claims(), other)), IsOk());
  EXPECT_TRUE(verifier_.SetKeys(Keys()));
  EXPECT_THAT(verifier_.Verify(token), IsOk());
  EXPECT_THAT(verifier_.Verify(HandMadeToken(kHs256, Claims(), other)), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, AnExpiredTokenIsRefusedAsSuchAlsoWhenItIsRemembered) {
  const std::string token = Token(Claims("", 10));
  EXPECT_THAT(verifier_.Verify(token), IsOk());
  clock_.Advance(absl::Seconds(10));
  EXPECT_THAT(verifier_.Verify(token), RefusedAs("TOKEN_EXPIRED"));
  EXPECT_THAT(verifier_.Verify(token), RefusedAs("TOKEN_EXPIRED"));
  EXPECT_THAT(verifier_.Verify(Token(Claims("", -1))), RefusedAs("TOKEN_EXPIRED"));
}

TEST_F(TokenVerifierTest, ATokenWithoutExpiryOrWithAnAbsurdOneIsRefused) {
  for (const char* exp :
       {"", R"(,"exp":null)", R"(,"exp":"1900000000")", R"(,"exp":1e300)", R"(,"exp":-5)", R"(,"exp":true)"}) {
    EXPECT_THAT(verifier_.Verify(Token(absl::StrCat(R"({"sub":"ann")", exp, "}"))), RefusedAs("TOKEN_INVALID")) << exp;
  }
}

TEST_F(TokenVerifierTest, StartAndIssueMayLieAheadByTheLeewayOnly) {
  for (const char* claim : {"nbf", "iat"}) {
    EXPECT_THAT(verifier_.Verify(Token(Claims(absl::StrCat(",\"", claim, "\":", At(60))))), IsOk()) << claim;
    EXPECT_THAT(verifier_.Verify(Token(Claims(absl::StrCat(",\"", claim, "\":", At(61))))), RefusedAs("TOKEN_INVALID"));
    EXPECT_THAT(verifier_.Verify(Token(Claims(absl::StrCat(",\"", claim, "\":\"soon\"")))), RefusedAs("TOKEN_INVALID"));
  }
}

TEST_F(TokenVerifierTest, TheSubjectHas1To256Bytes) {
  const auto token = [this](const std::string& sub) { return Token(absl::StrCat("{", sub, "\"exp\":", At(60), "}")); };
  EXPECT_THAT(verifier_.Verify(token("")), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier_.Verify(token(R"("sub":"",)")), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier_.Verify(token(R"("sub":7,)")), RefusedAs("TOKEN_INVALID"));
  EXPECT_THAT(verifier_.Verify(token("\"sub\":\"" + std::string(256, 's') + "\",")), IsOk());
  EXPECT_THAT(verifier_.Verify(token("\"sub\":\"" + std::string(257, 's') + "\",")), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, ACriticalExtensionIsRefused) {
  const std::string header = R"({"alg":"HS256","crit":["b64"],"b64":true})";
  EXPECT_THAT(verifier_.Verify(HandMadeToken(header, Claims(), kSecret)), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, WhatIsNoTokenIsRefused) {
  const std::string token = Token(Claims());
  for (const std::string& bad : {std::string(), std::string("."), std::string(".."), std::string("a.b.c"),
                                 std::string("Bearer"), token + ".x", token + "=", " " + token,
                                 token + std::string("\0x", 2), std::string("e30.e30.e30"), std::string(10'000, 'a')}) {
    EXPECT_THAT(verifier_.Verify(bad), RefusedAs("TOKEN_INVALID")) << bad.substr(0, 20);
  }
}

TEST_F(TokenVerifierTest, AHugeTokenIsRefusedThoughItsSignatureFits) {
  const std::string token = Token(Claims(absl::StrCat(",\"x\":\"", std::string(kMaxTokenBytes, 'x'), "\"")));
  ASSERT_GT(token.size(), kMaxTokenBytes);
  EXPECT_THAT(verifier_.Verify(token), RefusedAs("TOKEN_INVALID"));
}

TEST_F(TokenVerifierTest, MoreTokensThanItRemembersStillVerify) {
  TokenVerifier verifier(Keys(), &clock_, {.remembered = 2});
  for (int round = 0; round < 2; ++round) {
    for (const char* jti : {"a", "b", "c"}) {
      EXPECT_THAT(verifier.Verify(Token(Claims(absl::StrCat(R"(,"jti":")", jti, "\"")))), IsOk());
    }
  }
}

TEST_F(TokenVerifierTest, TheMessageDoesNotRepeatTheToken) {
  const std::string token = HandMadeToken(kHs256, Claims(), "wrong");
  const absl::StatusOr<Caller> refused = verifier_.Verify(token);
  EXPECT_THAT(std::string(refused.status().message()), Not(HasSubstr(token.substr(0, 10))));
}

TEST(TokenSignerTest, SignsWithTheFirstSymmetricKeyOrTheOneThatIsNamed) {
  ManualClock clock;
  const auto jwk = [](const char* kid) {
    return absl::StrCat(R"({"kty":"oct","kid":")", kid, R"(","k":")",
                        absl::WebSafeBase64Escape(kid + std::string(32, 's')), "\"}");
  };
  std::string pem = KeyPair::Ec().PublicPem();
  for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos;) pem.replace(at, 1, "\\n");
  const std::string text =
      absl::StrCat(R"({"keys":[{"kty":"EC","kid":"public","pem":")", pem, "\"},", jwk("one"), ",", jwk("two"), "]}");
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::Parse(text));
  const auto kid_of = [&](const std::string& wanted) -> std::string {
    const auto signer = TokenSigner::Create(keys, &clock, wanted);
    if (!signer.ok()) return std::string(signer.status().message());
    const std::string token = *signer->Sign("ann", {}, absl::Hours(1));
    std::string header;
    absl::WebSafeBase64Unescape(token.substr(0, token.find('.')), &header);
    return header;
  };
  EXPECT_THAT(kid_of(""), HasSubstr(R"("kid":"one")"));
  EXPECT_THAT(kid_of("two"), HasSubstr(R"("kid":"two")"));
  EXPECT_THAT(kid_of("three"), HasSubstr("no key of the kid \"three\""));
  EXPECT_THAT(kid_of("public"), HasSubstr("only a public key of the kid \"public\""));
}

TEST(TokenSignerTest, RefusesWhatTheVerifierWouldNotTake) {
  ManualClock clock;
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::Parse(kSecret));
  ASSERT_OK_AND_ASSIGN(const TokenSigner signer, TokenSigner::Create(keys, &clock));
  EXPECT_EQ(signer.Sign("", {}, absl::Hours(1)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(signer.Sign("\xff", {}, absl::Hours(1)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(signer.Sign("a", {"king"}, absl::Hours(1)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(signer.Sign("a", {}, absl::ZeroDuration()).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(signer.Sign("a", {}, absl::InfiniteDuration()).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(signer.Sign("zo\xc3\xab \"quoted\"", {"admin", "worker"}, absl::Hours(1)), IsOk());
}

}  // namespace
}  // namespace flowmesh::door
