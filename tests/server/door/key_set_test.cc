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

TEST(KeySetTest, ReadsAFile) {
  const testing::TemporaryDirectory directory;
  std::ofstream(directory.file("key")) << kSecret << "\n";
  ASSERT_OK_AND_ASSIGN(const KeySet keys, KeySet::FromFile(directory.file("key")));
  EXPECT_EQ(keys.Find("")->material, kSecret);
  EXPECT_THAT(KeySet::FromFile(directory.file("none")), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

}  // namespace
}  // namespace flowmesh::door
