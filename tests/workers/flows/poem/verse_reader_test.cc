#include "workers/flows/poem/verse_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class VerseReaderTest : public ::testing::Test {
 protected:
  // The lines, stanzas parted by "/".
  std::vector<std::string> Read(const std::string& text, size_t piece = 1000) {
    told_.clear();
    VerseReader reader(Listener());
    for (size_t at = 0; at < text.size(); at += piece) EXPECT_OK(reader.Feed(text.substr(at, piece)));
    EXPECT_OK(reader.Finish());
    title_ = reader.title();
    return told_;
  }
  VerseReader::Listener Listener() {
    return {.on_line = [this](const std::string& line) { told_.push_back(line); },
            .on_stanza_end = [this] { told_.push_back("/"); }};
  }

  std::vector<std::string> told_;
  std::string title_;
};

TEST_F(VerseReaderTest, TitleLinesAndStanzasHoweverTheTextIsCut) {
  const std::string text = "# Fale 🌊\n\nThe sea,\r\nthe sea.  \n\n\n  A ship\nis late.";
  for (size_t piece = 1; piece <= text.size(); ++piece) {
    EXPECT_THAT(Read(text, piece), ElementsAre("The sea,", "the sea.", "/", "A ship", "is late."));
    EXPECT_EQ(title_, "Fale 🌊");
  }
}

TEST_F(VerseReaderTest, TitlesAreMarkedInSeveralWays) {
  for (const char* text : {"**The Sea**\n\na", "Title: The Sea\na", "## \"The Sea\"\na", "**Title: The Sea**\n\na"}) {
    EXPECT_THAT(Read(text), ElementsAre("a")) << text;
    EXPECT_EQ(title_, "The Sea") << text;
  }
  EXPECT_THAT(Read("The sea,\nthe sea."), ElementsAre("The sea,", "the sea."));
  EXPECT_EQ(title_, "");
}

TEST_F(VerseReaderTest, FencesRulesMarksAndControlsAreDropped) {
  EXPECT_THAT(Read("```text\n# Sea\n\na\tb\x07\n---\n*c*\n\n## Part two\n#sea\n* * *\n```\n"),
              ElementsAre("a b", "/", "c", "/", "Part two", "#sea"));
}

TEST_F(VerseReaderTest, LinesGoOutWhenTheyAreComplete) {
  VerseReader reader(Listener());
  ASSERT_OK(reader.Feed("one"));
  EXPECT_THAT(told_, IsEmpty());
  ASSERT_OK(reader.Feed("\ntwo"));
  EXPECT_THAT(told_, ElementsAre("one"));
  ASSERT_OK(reader.Finish());
  EXPECT_THAT(told_, ElementsAre("one", "two"));
  EXPECT_EQ(reader.lines(), 2);
}

TEST_F(VerseReaderTest, LinesAndTheirNumberHaveALimit) {
  VerseReader wide(Listener());
  EXPECT_OK(wide.Feed(std::string(VerseReader::kMaxLineBytes, 'x')));
  EXPECT_THAT(wide.Feed("x"), StatusIs(absl::StatusCode::kOutOfRange));
  VerseReader long_poem(Listener());
  for (int i = 0; i < VerseReader::kMaxLines; ++i) ASSERT_OK(long_poem.Feed("a\n"));
  EXPECT_THAT(long_poem.Feed("a\n"), StatusIs(absl::StatusCode::kOutOfRange));
}

}  // namespace
}  // namespace flowmesh::flows
