#include "workers/models/builtin/plain_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "workers/models/builtin/seeded_random.h"

namespace flowmesh::models {
namespace {

TEST(PlainTextTest, ControlCharactersAndBrokenBytesDisappear) {
  EXPECT_EQ(CleanText(" a\x01\t b\xff\n\u200Bc "), "a b c");
  EXPECT_EQ(CleanText("Größe 🎉"), "Größe 🎉");
}

TEST(PlainTextTest, LongTextsAreCutBetweenWords) {
  EXPECT_EQ(CutText("short", 10), "short");
  EXPECT_EQ(CutText("one two three four", 12), "one two…");
}

TEST(PlainTextTest, WordsKeepTheirInnerMarksAndPhrasesEndAtPunctuation) {
  std::vector<std::string> words;
  std::vector<std::string> last_of_phrase;
  for (const TextWord& word : SplitWords("C++ and F#: Anna's e-mail (“Größe”), 日本!")) {
    words.push_back(word.lower);
    if (word.breaks_after) last_of_phrase.push_back(word.text);
  }
  EXPECT_THAT(words, ::testing::ElementsAre("c++", "and", "f#", "anna's", "e-mail", "größe", "日本"));
  EXPECT_THAT(last_of_phrase, ::testing::ElementsAre("F#", "e-mail", "Größe", "日本"));
}

// The numbers are those of the reference implementations: a writer's output must be the same on every machine.
TEST(SeededRandomTest, NumbersAreTheSameEverywhere) {
  SeededRandom random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
  EXPECT_EQ(StableHash(""), 0xcbf29ce484222325u);
  EXPECT_EQ(StableHash("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(StableHash("foobar"), 0x85944171f73967e8u);
}

}  // namespace
}  // namespace flowmesh::models
