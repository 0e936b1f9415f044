#include "gateway/http/token_claims.h"

#include <gtest/gtest.h>

#include "tests/server/door/signed_tokens.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::HandMadeToken;

constexpr char kTicket[] = R"({"typ":"flowmesh-ticket+jwt","alg":"HS256"})";
constexpr char kToken[] = R"({"alg":"HS256","typ":"JWT"})";

TEST(TokenClaimsTest, ATokenEndsItsStreamsWhenItExpires) {
  const TokenClaims claims = ReadTokenClaims(HandMadeToken(kToken, R"({"exp":12.5,"until":99,"path":"/x"})", "k"));
  EXPECT_EQ(claims.stream_end, absl::UnixEpoch() + absl::Seconds(12.5));
  EXPECT_EQ(claims.ticket_path, std::nullopt);
}

TEST(TokenClaimsTest, ATicketSpeaksOfTheTokenThatBoughtIt) {
  const TokenClaims claims = ReadTokenClaims(HandMadeToken(kTicket, R"({"exp":12,"until":99,"path":"/x"})", "k"));
  EXPECT_EQ(claims.stream_end, absl::FromUnixSeconds(99));
  EXPECT_EQ(claims.ticket_path, "/x");
  EXPECT_EQ(ReadTokenClaims(HandMadeToken(kTicket, R"({"exp":12,"path":"/x"})", "k")).stream_end,
            absl::InfiniteFuture());
}

TEST(TokenClaimsTest, WhatCannotBeReadSaysNothing) {
  for (const std::string& token :
       {std::string(), std::string("abc"), std::string("a.b.c"), HandMadeToken("{", R"({"exp":1})", "k"),
        HandMadeToken(kToken, "[]", "k"), HandMadeToken(kToken, R"({"exp":"1"})", "k"),
        HandMadeToken(kToken, R"({"exp":-1})", "k"), HandMadeToken(kToken, R"({"exp":1e99})", "k")}) {
    const TokenClaims claims = ReadTokenClaims(token);
    EXPECT_EQ(claims.stream_end, absl::InfiniteFuture()) << token;
    EXPECT_EQ(claims.ticket_path, std::nullopt) << token;
  }
}

TEST(TokenClaimsTest, TheBearerTokenIsFoundWhateverTheSchemesCase) {
  EXPECT_EQ(BearerToken({{"x", "Bearer no"}, {"authorization", "bearer  abc "}}), "abc");
  EXPECT_EQ(BearerToken({{"authorization", "Basic abc"}}), "");
  EXPECT_EQ(BearerToken({}), "");
}

}  // namespace
}  // namespace flowmesh::gateway
