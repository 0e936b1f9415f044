#include "gateway/http/static_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/http/gzip.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::gateway {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

RequestHead Head(const std::string& lines = "") {
  auto head = ParseRequestHead("GET / HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n", Limits());
  EXPECT_TRUE(head.ok()) << head.status();
  return *std::move(head);
}

std::string HeaderOf(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

class BuiltInFilesTest : public ::testing::Test {
 protected:
  const std::string script = std::string(5000, 'x');
  const std::string packed = Gzip(script);
  const StaticFiles files{"",
                          {{"/index.html", "a1", "<h1>poem</h1>"},
                           {"/assets/main-b2.js", "b2", packed, true},
                           {"/quizzes/index.html", "d4", "<h1>quiz</h1>"},
                           {"/icon.svg", "c3", "<svg/>"}}};
};

TEST_F(BuiltInFilesTest, TheRootIsItsIndexAndMustBeAskedForAnew) {
  const auto index = files.Find("/", Head());
  ASSERT_TRUE(index.has_value());
  EXPECT_EQ(index->status, 200);
  EXPECT_EQ(index->body, "<h1>poem</h1>");
  EXPECT_EQ(index->content_type, "text/html; charset=utf-8");
  EXPECT_EQ(HeaderOf(*index, "Cache-Control"), "no-cache");
  EXPECT_EQ(HeaderOf(*index, "ETag"), "\"a1\"");
  EXPECT_EQ(files.Find("/index.html", Head())->body, index->body);
}

TEST_F(BuiltInFilesTest, AFolderIsItsIndexWithAndWithoutItsSlash) {
  for (const char* path : {"/quizzes/", "/quizzes", "/quizzes/index.html"}) {
    const auto index = files.Find(path, Head());
    ASSERT_TRUE(index.has_value()) << path;
    EXPECT_EQ(index->body, "<h1>quiz</h1>");
    EXPECT_EQ(index->content_type, "text/html; charset=utf-8");
  }
}

TEST_F(BuiltInFilesTest, AssetsAreKeptForGoodAndSentAsTheyArePacked) {
  const auto asset = files.Find("/assets/main-b2.js", Head("Accept-Encoding: br, gzip\r\n"));
  ASSERT_TRUE(asset.has_value());
  EXPECT_EQ(asset->body, packed);
  EXPECT_EQ(asset->content_type, "text/javascript; charset=utf-8");
  EXPECT_THAT(asset->headers,
              AllOf(Contains(Pair("Content-Encoding", "gzip")), Contains(Pair("Vary", "Accept-Encoding"))));
  EXPECT_EQ(HeaderOf(*asset, "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(BuiltInFilesTest, WhoTakesNoGzipGetsThePlainFile) {
  for (const char* lines : {"", "Accept-Encoding: identity\r\n", "Accept-Encoding: gzip;q=0\r\n"}) {
    const auto asset = files.Find("/assets/main-b2.js", Head(lines));
    ASSERT_TRUE(asset.has_value());
    EXPECT_EQ(asset->body, script);
    EXPECT_THAT(asset->headers, Not(Contains(Pair("Content-Encoding", "gzip"))));
  }
}

TEST_F(BuiltInFilesTest, AKnownTagIsAnsweredWithoutABody) {
  for (const char* known : {"\"a1\"", "W/\"a1\"", "\"zz\", W/\"a1\"", "*"}) {
    const auto index = files.Find("/", Head(std::string("If-None-Match: ") + known + "\r\n"));
    EXPECT_EQ(index->status, 304) << known;
    EXPECT_EQ(index->body, "") << known;
    EXPECT_EQ(HeaderOf(*index, "ETag"), "\"a1\"");
  }
  EXPECT_EQ(files.Find("/", Head("If-None-Match: \"a\", \"b2\"\r\n"))->status, 200);
  EXPECT_EQ(files.Find("/assets/main-b2.js", Head("If-None-Match: W/\"b2\"\r\n"))->status, 304);
}

TEST_F(BuiltInFilesTest, NothingElseIsThere) {
  for (const char* path : {"", "/index", "/assets", "/assets/", "/assets/main-b3.js", "//index.html", "/./index.html",
                           "/%2e%2e/index.html", "/index.html%00", "/%zz"}) {
    EXPECT_FALSE(files.Find(path, Head()).has_value()) << path;
  }
  EXPECT_TRUE(files.Find("/icon%2Esvg", Head()).has_value());
}

TEST_F(BuiltInFilesTest, EveryAnswerKeepsThePageToThisServer) {
  for (const char* path : {"/", "/assets/main-b2.js", "/icon.svg"}) {
    const auto file = files.Find(path, Head());
    EXPECT_THAT(HeaderOf(*file, "Content-Security-Policy"),
                AllOf(HasSubstr("default-src 'none'"), HasSubstr("connect-src 'self'"),
                      HasSubstr("frame-ancestors 'none'"), Not(HasSubstr("unsafe"))));
    EXPECT_EQ(HeaderOf(*file, "Referrer-Policy"), "no-referrer");
  }
}

TEST(StaticFilesTest, ADirectoryTakesThePlaceOfWhatIsBuiltIn) {
  const flowmesh::testing::TemporaryDirectory directory;
  const std::filesystem::path root(std::string(directory.path()));
  std::filesystem::create_directories(root / "assets");
  std::ofstream(root / "index.html") << "<h1>mine</h1>";
  std::ofstream(root / "assets" / "a-1.css") << "p{}";
  const StaticFiles files(root.string(), {{"/index.html", "a1", "<h1>poem</h1>"}, {"/icon.svg", "c3", "<svg/>"}});
  EXPECT_EQ(files.Find("/", Head())->body, "<h1>mine</h1>");
  EXPECT_EQ(HeaderOf(*files.Find("/", Head()), "Cache-Control"), "no-cache");
  EXPECT_FALSE(files.Find("/icon.svg", Head()).has_value());
  const auto asset = files.Find("/assets/a-1.css", Head());
  EXPECT_EQ(HeaderOf(*asset, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_THAT(HeaderOf(*asset, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
}

TEST(StaticFilesTest, ADirectoryThatIsNotThereServesNothing) {
  const StaticFiles files("/nonexistent/flowmesh", {{"/index.html", "a1", "<h1>poem</h1>"}});
  EXPECT_FALSE(files.Find("/", Head()).has_value());
}

}  // namespace
}  // namespace flowmesh::gateway
