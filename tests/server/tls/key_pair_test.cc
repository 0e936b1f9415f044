#include "server/tls/key_pair.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
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
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

class KeyPairTest : public ::testing::Test {
 protected:
  KeyPairTest() { Install(authority_.Issue()); }

  void Install(const MadePair& pair) {
    ReplaceFile(files_.certificates, pair.certificate);
    ReplaceFile(files_.private_key, pair.private_key);
  }
  absl::StatusOr<KeyPair> Read() const { return ReadKeyPair(files_, absl::Now()); }

  const MadeAuthority authority_;
  testing::TemporaryDirectory directory_;
  const KeyPairFiles files_{directory_.file("door.pem"), directory_.file("door.key")};
};

TEST_F(KeyPairTest, ACertificateAndItsKeyAreRead) {
  const absl::Time end = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now() + absl::Hours(5)));
  const MadePair pair = authority_.Issue({.end = end});
  Install({pair.certificate + authority_.Pem(), pair.private_key});
  ASSERT_OK_AND_ASSIGN(const KeyPair read, Read());
  EXPECT_EQ(read.certificates, pair.certificate + authority_.Pem());
  EXPECT_EQ(read.private_key, pair.private_key);
  EXPECT_EQ(read.not_after, end);
}

TEST_F(KeyPairTest, AMissingFileIsNamed) {
  KeyPairFiles files = files_;
  files.certificates = directory_.file("nowhere.pem");
  EXPECT_THAT(ReadKeyPair(files, absl::Now()), StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere.pem")));
  files = files_;
  files.private_key = directory_.file("nowhere.key");
  EXPECT_THAT(ReadKeyPair(files, absl::Now()), StatusIs(absl::StatusCode::kNotFound, HasSubstr("nowhere.key")));
  files.private_key = directory_.path();
  EXPECT_THAT(ReadKeyPair(files, absl::Now()), StatusIs(kInvalid, HasSubstr("directory")));
}

TEST_F(KeyPairTest, AKeyOfAnotherCertificateIsRefused) {
  ReplaceFile(files_.private_key, authority_.Issue().private_key);
  EXPECT_THAT(Read(), StatusIs(kInvalid, AllOf(HasSubstr("door.key"), HasSubstr("is not that of"))));
}

TEST_F(KeyPairTest, AnExpiredCertificateAndAFutureOneAreRefusedWithTheirDates) {
  const absl::Time now = absl::Now();
  Install(authority_.Issue({.begin = now - absl::Hours(2), .end = absl::FromUnixSeconds(1'600'000'000)}));
  EXPECT_THAT(Read(), StatusIs(kInvalid, AllOf(HasSubstr("expired on 2020-09-13"), HasSubstr("renew"))));
  Install(authority_.Issue({.begin = now + absl::Hours(1), .end = now + absl::Hours(2)}));
  EXPECT_THAT(Read(), StatusIs(kInvalid, HasSubstr("is good from")));
}

TEST_F(KeyPairTest, WhatIsNoPemIsRefusedWithoutBeingQuoted) {
  const MadePair pair = authority_.Issue();
  ReplaceFile(files_.certificates, "hunter2");
  EXPECT_THAT(Read(), StatusIs(kInvalid, AllOf(HasSubstr("door.pem holds no certificate"), Not(HasSubstr("hunter2")))));
  Install({pair.private_key, pair.private_key});
  EXPECT_THAT(Read(), StatusIs(kInvalid, HasSubstr("door.pem holds no certificate")));
  Install({pair.certificate, "hunter2"});
  EXPECT_THAT(Read(), StatusIs(kInvalid, AllOf(HasSubstr("door.key holds no private key"), Not(HasSubstr("hunter2")))));
  Install({pair.certificate, pair.certificate});
  EXPECT_THAT(Read(), StatusIs(kInvalid, HasSubstr("door.key holds no private key")));
  Install({pair.certificate + "-----BEGIN CERTIFICATE-----\nbroken", pair.private_key});
  EXPECT_THAT(Read(), StatusIs(kInvalid, HasSubstr("damaged after certificate 1")));
}

TEST_F(KeyPairTest, AnEncryptedKeyIsRefusedWithAdviceAndAsksForNoPassword) {
  ReplaceFile(files_.private_key,
              "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBK\n-----END ENCRYPTED PRIVATE KEY-----\n");
  EXPECT_THAT(Read(), StatusIs(kInvalid, HasSubstr("is encrypted: decrypt it")));
}

TEST_F(KeyPairTest, AKeyThatIsTooShortForTlsIsRefused) {
  Install(authority_.Issue({.rsa_bits = 1024}));
  EXPECT_THAT(Read(), StatusIs(kInvalid, AllOf(HasSubstr("door.pem"), HasSubstr("key too small"))));
  Install(authority_.Issue({.rsa_bits = 2048}));
  EXPECT_OK(Read());
}

TEST_F(KeyPairTest, AuthoritiesAreOneOrMoreCertificates) {
  const std::string path = directory_.file("ca.pem");
  const MadeAuthority other;
  ReplaceFile(path, authority_.Pem() + other.Pem());
  EXPECT_THAT(ReadAuthorities(path), IsOkAndHolds(authority_.Pem() + other.Pem()));
  ReplaceFile(path, "");
  EXPECT_THAT(ReadAuthorities(path), StatusIs(kInvalid, HasSubstr("ca.pem holds no certificate")));
  EXPECT_THAT(ReadAuthorities(directory_.file("none")), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace flowmesh::tls
