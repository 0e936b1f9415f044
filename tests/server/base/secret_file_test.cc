#include "server/base/secret_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::base {
namespace {

using ::flowmesh::testing::IsOkAndHolds;
using ::flowmesh::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(SecretFileTest, ContentIsReadAsItIs) {
  const testing::TemporaryDirectory directory;
  const std::string content("a\0b\n", 4);
  std::ofstream(directory.file("secret")) << content;
  EXPECT_THAT(ReadSecretFile(directory.file("secret")), IsOkAndHolds(content));
}

TEST(SecretFileTest, WhatCannotBeReadIsNamed) {
  const testing::TemporaryDirectory directory;
  EXPECT_THAT(ReadSecretFile(directory.file("none")), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/none")));
  EXPECT_THAT(ReadSecretFile(directory.path()), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("directory")));
}

TEST(SecretFileTest, AHugeFileIsRefused) {
  const testing::TemporaryDirectory directory;
  std::ofstream(directory.file("huge")) << std::string((1 << 20) + 1, 'x');
  EXPECT_THAT(ReadSecretFile(directory.file("huge")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 MiB")));
  EXPECT_THAT(ReadSecretFile("/dev/zero"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SecretFileTest, AFileThatOthersMayReadIsComplainedOf) {
  const testing::TemporaryDirectory directory;
  const std::string path = directory.file("secret");
  std::ofstream(path) << "x";
  for (const mode_t mode : {0644, 0640, 0604, 0602}) {
    chmod(path.c_str(), mode);
    EXPECT_THAT(ExposureOf(path), AllOf(HasSubstr(path), HasSubstr("chmod 600"))) << mode;
  }
  chmod(path.c_str(), 0644);
  EXPECT_THAT(ExposureOf(path), HasSubstr("mode 644"));
  for (const mode_t mode : {0600, 0400}) {
    chmod(path.c_str(), mode);
    EXPECT_EQ(ExposureOf(path), "") << mode;
  }
  EXPECT_EQ(ExposureOf(directory.file("none")), "");
  EXPECT_EQ(ExposureOf("/dev/null"), "");
}

}  // namespace
}  // namespace flowmesh::base
