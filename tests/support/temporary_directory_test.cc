#include "tests/support/temporary_directory.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace flowmesh::testing {
namespace {

TEST(TemporaryDirectoryTest, VanishesWithItsContent) {
  std::string path;
  {
    TemporaryDirectory directory;
    path = directory.path();
    std::filesystem::create_directory(directory.file("inner"));
    std::ofstream(directory.file("inner/file")) << "text";
    EXPECT_TRUE(std::filesystem::exists(directory.file("inner/file")));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TemporaryDirectoryTest, TwoNeverShareAPlace) {
  TemporaryDirectory a(TemporaryDirectory::On::kMemory);
  TemporaryDirectory b(TemporaryDirectory::On::kMemory);
  EXPECT_NE(a.path(), b.path());
}

}  // namespace
}  // namespace flowmesh::testing
