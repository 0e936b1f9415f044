#include "server/door/key_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/server/door/signed_tokens.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::KeyPair;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSecret(32, 's');

std::string Oct(const std::string& kid, const std::string& secret) {
  return absl::StrCat(R"({"kty":"oct","kid":")", kid, R"(","k":")", absl::WebSafeBase64Escape(secret), "\"}");
}
std::string Pem(const std::string& kty, const KeyPair& pair) {
  const std::string pem = absl::StrReplaceAll(pair.PublicPem(), {{"\n", "\\n"}});
  return absl::StrCat(R"({"kty":")", kty, R"(","kid":")", kty, R"(","pem":")", pem, "\"}");
}
std::string Set(const std::string& keys) { return absl::StrCat(R"({"keys":[)", keys, "]}"); }

constexpr char kRfcRsa[] =
    R"({"kty":"RSA","use":"sig","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"})";
constexpr char kRfcEc[] =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"1"})";

TEST(KeySetTest, ASecretIsOneKeyWithoutKid) {
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::Parse("\n" + kSecret + "\n"));
  ASSERT_NE(keys.Find(""), nullptr);
  EXPECT_EQ(keys.Find("")->material, kSecret);
  EXPECT_EQ(keys.Find("other"), nullptr);
  EXPECT_EQ(keys.SigningKey(), keys.Find(""));
}

TEST(KeySetTest, AShortSecretIsRefusedWithoutBeingQuoted) {
  const auto keys = KeySet::Parse("hunter2");
  EXPECT_THAT(keys, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least 32 bytes")));
  EXPECT_THAT(std::string(keys.status().message()), Not(HasSubstr("hunter2")));
  EXPECT_THAT(KeySet::Parse(""), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(KeySetTest, AKeySetHasKeysOfAllThreeAlgorithms) {
  const std::string text =
      Set(absl::StrCat(Pem("RSA", KeyPair::Rsa()), ",", Pem("EC", KeyPair::Ec()), ",", Oct("o", kSecret)));
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::Parse(text));
  EXPECT_EQ(keys.Find("RSA")->algorithm, Algorithm::kRs256);
  EXPECT_EQ(keys.Find("EC")->algorithm, Algorithm::kEs256);
  EXPECT_EQ(keys.Find("o")->algorithm, Algorithm::kHs256);
  EXPECT_EQ(keys.Find("o")->material, kSecret);
  EXPECT_EQ(keys.Find(""), nullptr) << "which of three is not said";
  EXPECT_EQ(keys.SigningKey(), keys.Find("o"));
}

TEST(KeySetTest, SaysWhatIsWrongWithAKeySet) {
  const struct {
    std::string text, complaint;
  } table[] = {
      {"{", "no JSON object"},
      {"{}", "non-empty list"},
      {Set(""), "non-empty list"},
      {Set(R"({"kty":"oct","alg":"none","k":"AAAA"})"), "keys[0] must have kty and alg"},
      {Set(R"({"kty":"RSA","alg":"HS256"})"), "keys[0] must have kty and alg"},
      {Set(R"({"alg":"HS256"})"), "keys[0] must have kty and alg"},
      {Set(Oct("a", "short")), "keys[0].k must be"},
      {Set(Oct("a", kSecret) + "," + Oct("a", kSecret)), "keys[1].kid is there twice"},
      {Set(R"({"kty":"RSA","pem":"-----BEGIN PUBLIC KEY-----"})"), "keys[0].pem must be a public key"},
      {Set(Pem("RSA", KeyPair::Ec())), "keys[0].pem must be a public key of that type"},
  };
  for (const auto& row : table) {
    EXPECT_THAT(KeySet::Parse(row.text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(row.complaint)))
        << row.text;
  }
}

TEST(KeySetTest, AcceptsStandardMembersAsIdentityProvidersPublishThem) {
  // RFC 7515, appendices A.2 and A.3; RFC 7517, appendix A.1.
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::Parse(Set(absl::StrCat(kRfcRsa, ",", kRfcEc))));
  ASSERT_NE(keys.Find("2011-04-29"), nullptr);
  EXPECT_EQ(keys.Find("2011-04-29")->algorithm, Algorithm::kRs256);
  EXPECT_THAT(keys.Find("2011-04-29")->material, HasSubstr("BEGIN PUBLIC KEY"));
  ASSERT_NE(keys.Find("1"), nullptr);
  EXPECT_EQ(keys.Find("1")->algorithm, Algorithm::kEs256);
  EXPECT_THAT(keys.Find("1")->material, HasSubstr("BEGIN PUBLIC KEY"));
  EXPECT_EQ(keys.SigningKey(), nullptr);
}

TEST(KeySetTest, PassesOverKeysThatAreForSomethingElse) {
  const std::string others[] = {
      R"({"kty":"RSA","use":"enc","kid":"e","n":"x","e":"AQAB"})",
      R"({"kty":"RSA","alg":"PS256","kid":"p"})",
      R"({"kty":"RSA","alg":"RSA-OAEP","kid":"o"})",
      R"({"kty":"OKP","crv":"Ed25519","kid":"d","x":"x"})",
      R"({"kty":"EC","crv":"P-384","kid":"3","x":"x","y":"y"})",
  };
  for (const std::string& other : others) {
    ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::Parse(Set(other + "," + Oct("ours", kSecret))));
    EXPECT_EQ(keys.Find(""), keys.Find("ours")) << "the only one: " << other;
    EXPECT_THAT(KeySet::Parse(Set(other)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no key of the set is for verifying")));
  }
}

TEST(KeySetTest, WeakAndUnsoundKeysAreRefused) {
  const std::string point = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
  const struct {
    std::string text, complaint;
  } table[] = {
      {Pem("RSA", KeyPair::Rsa(1024)), "has 1024 bits; RS256 needs 2048"},
      {Pem("EC", KeyPair::Ec("P-384")), "must be on the curve P-256"},
      {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", "bits; RS256 needs 2048"},
      {R"({"kty":"RSA","n":"!","e":"AQAB"})", "must have n and e"},
      {R"({"kty":"RSA","e":"AQAB"})", "must have n and e"},
      {R"({"kty":"EC","crv":"P-256","x":")" + point + R"("})", "must have crv P-256 and a point"},
      {R"({"kty":"EC","crv":"P-256","x":")" + point + R"(","y":")" + point + "\"}", "must have crv P-256 and a point"},
      {R"({"kty":"EC","x":")" + point + R"(","y":")" + point + "\"}", "must have crv P-256 and a point"},
  };
  for (const auto& row : table) {
    EXPECT_THAT(KeySet::Parse(Set(row.text)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(row.complaint)))
        << row.text;
  }
}

TEST(KeySetTest, APublicKeyIsNeverTakenForASecret) {
  const std::string pem = KeyPair::Rsa().PublicPem();
  EXPECT_THAT(KeySet::Parse(pem), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no secret")));
  EXPECT_THAT(KeySet::Parse(Set(Oct("p", pem))),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("keys[0].k is a PEM key and no secret")));
}

TEST(KeySetTest, SetsWithTheSameKeysAreEqual) {
  ASSERT_OK_AND_ASSIGN(const KeySet a, KeySet::Parse(Set(Oct("a", kSecret))));
  ASSERT_OK_AND_ASSIGN(const KeySet same, KeySet::Parse(" " + Set(Oct("a", kSecret))));
  ASSERT_OK_AND_ASSIGN(const KeySet other, KeySet::Parse(Set(Oct("b", kSecret))));
  EXPECT_EQ(a, same);
  EXPECT_NE(a, other);
}

TEST(KeySetTest, ReadsAFile) {
  const testing::TemporaryDirectory directory;
  std::ofstream(directory.file("key")) << kSecret << "\n";
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::FromFile(directory.file("key")));
  EXPECT_EQ(keys.Find("")->material, kSecret);
  EXPECT_THAT(KeySet::FromFile(directory.file("none")), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  std::ofstream(directory.file("bad")) << "hunter2";
  EXPECT_THAT(KeySet::FromFile(directory.file("bad")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::AllOf(HasSubstr("/bad: the secret must have"), Not(HasSubstr("hunter2")))));
}

}  // namespace
}  // namespace flowmesh::door
