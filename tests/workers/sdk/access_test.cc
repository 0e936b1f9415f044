#include "workers/sdk/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "absl/time/clock.h"
#include "tests/support/made_certificates.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::sdk {
namespace {

using ::flowmesh::testing::MadeAuthority;
using ::flowmesh::testing::MadePair;
using ::flowmesh::testing::ReplaceFile;
using ::flowmesh::testing::StatusIs;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    ReplaceFile(File("ca.pem"), authority_.Pem());
    Install(authority_.Issue());
  }
  std::string File(const std::string& name) const { return directory_.file(name); }
  void Install(const MadePair& pair) {
    ReplaceFile(File("worker.pem"), pair.certificate);
    ReplaceFile(File("worker.key"), pair.private_key);
  }
  TlsFiles Mutual() const {
    return {.authorities = File("ca.pem"), .certificates = File("worker.pem"), .private_key = File("worker.key")};
  }

  const MadeAuthority authority_;
  testing::TemporaryDirectory directory_;
  base::SystemClock clock_;
};

TEST_F(AccessTest, TheTokenIsReadEachTimeAndTrimmed) {
  ReplaceFile(File("token"), " first\n");
  FileAccess access({.server = "127.0.0.1:1", .token_file = File("token")}, &clock_);
  EXPECT_EQ(access.Read()->token, "first");
  ReplaceFile(File("token"), "second");
  EXPECT_EQ(access.Read()->token, "second");
  ReplaceFile(File("token"), "\n");
  EXPECT_THAT(access.Read(), StatusIs(kInvalid, HasSubstr("is empty")));
  ReplaceFile(File("token"), "two words");
  EXPECT_THAT(access.Read(), StatusIs(kInvalid, HasSubstr("/token")));
  std::filesystem::remove(File("token"));
  EXPECT_THAT(access.Read(), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/token")));
}

TEST_F(AccessTest, TheChannelStaysUntilTheCertificatesDiffer) {
  FileAccess access({.server = "127.0.0.1:1", .tls = Mutual()}, &clock_);
  ASSERT_OK_AND_ASSIGN(const Access first, access.Read());
  EXPECT_EQ(access.Read()->channel, first.channel);
  Install(authority_.Issue());
  ASSERT_OK_AND_ASSIGN(const Access second, access.Read());
  EXPECT_NE(second.channel, first.channel);
  EXPECT_EQ(access.Read()->channel, second.channel);
}

TEST_F(AccessTest, AGivenChannelIsUsedAsItIs) {
  const auto channel = grpc::CreateChannel("127.0.0.1:1", grpc::InsecureChannelCredentials());
  FileAccess access({.channel = channel, .token = "given"}, &clock_);
  ASSERT_OK_AND_ASSIGN(const Access read, access.Read());
  EXPECT_EQ(read.channel, channel);
  EXPECT_EQ(read.token, "given");
}

TEST_F(AccessTest, WhatIsWrongWithTheCertificatesIsSaid) {
  const auto reading = [](const TlsFiles& files) { return ReadTlsMaterial(files, absl::Now()); };
  EXPECT_FALSE(reading({})->on);
  EXPECT_THAT(reading({.authorities = File("none.pem")}), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.pem")));
  TlsFiles files = Mutual();
  files.private_key.clear();
  EXPECT_THAT(reading(files), StatusIs(kInvalid, HasSubstr("go together")));
  ReplaceFile(File("worker.key"), authority_.Issue().private_key);
  EXPECT_THAT(reading(Mutual()), StatusIs(kInvalid, HasSubstr("is not that of")));
  Install(authority_.Issue({.begin = absl::Now() - absl::Hours(2), .end = absl::Now() - absl::Hours(1)}));
  EXPECT_THAT(reading(Mutual()), StatusIs(kInvalid, HasSubstr("expired on")));
}

TEST_F(AccessTest, TheSystemsAuthoritiesAreTrustedWhenNoneAreNamed) {
  setenv("SSL_CERT_FILE", File("ca.pem").c_str(), 1);
  ASSERT_OK_AND_ASSIGN(const TlsMaterial material, ReadTlsMaterial({.enabled = true}, absl::Now()));
  EXPECT_EQ(material.authorities, authority_.Pem());
  unsetenv("SSL_CERT_FILE");
}

}  // namespace
}  // namespace flowmesh::sdk
