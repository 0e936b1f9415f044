#include "workers/models/builtin/verse/poem_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "tests/workers/models/builtin/verse/poem_subjects.h"
#include "workers/models/builtin/verse/poem_plan.h"

namespace flowmesh::models {
namespace {

using ::testing::HasSubstr;

std::vector<std::string> LowerWords(const std::string& line) {
  std::vector<std::string> words;
  for (absl::string_view word : absl::StrSplit(absl::AsciiStrToLower(line), ' ', absl::SkipEmpty())) {
    while (!word.empty() && absl::ascii_ispunct(static_cast<unsigned char>(word.back()))) word.remove_suffix(1);
    while (!word.empty() && absl::ascii_ispunct(static_cast<unsigned char>(word.front()))) word.remove_prefix(1);
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

std::string Everything(const WrittenPoem& poem) {
  std::string all;
  for (const std::string& line : LinesOf(poem)) all += line + "\n";
  return all;
}

TEST(PoemWriterTest, EveryPhraseOfThePhrasebookParses) { EXPECT_TRUE(CheckPhrasebook().ok()) << CheckPhrasebook(); }

TEST(PoemWriterTest, ASubjectAndASeedGiveOnePoem) {
  for (const PoemForm form : AllPoemForms()) {
    EXPECT_EQ(Everything(MustWrite("Autumn rain", "on the roof", form, 3)),
              Everything(MustWrite("Autumn rain", "on the roof", form, 3)));
  }
}

TEST(PoemWriterTest, AHundredSeedsGiveAtLeastNinetyFivePoems) {
  for (const PoemForm form : AllPoemForms()) {
    std::set<std::string> poems;
    for (uint64_t seed = 0; seed < 100; ++seed)
      poems.insert(Everything(MustWrite("Debugging at night", "", form, seed)));
    EXPECT_GE(poems.size(), 95u) << FormName(form);
  }
}

TEST(PoemWriterTest, TwoTopicsShareNoLine) {
  for (const PoemForm form : AllPoemForms()) {
    for (uint64_t seed = 0; seed < 15; ++seed) {
      std::map<std::string, std::string> topic_of;
      for (const auto& [title, description] : SomeTopics()) {
        for (const std::string& line : LinesOf(MustWrite(title, description, form, seed))) {
          const auto [it, fresh] = topic_of.try_emplace(line, title);
          EXPECT_EQ(it->second, title) << FormName(form) << " seed " << seed << " shares: " << line;
        }
      }
    }
  }
}

TEST(PoemWriterTest, OnlyAVillanelleRepeatsLines) {
  for (const PoemForm form : AllPoemForms()) {
    for (uint64_t seed = 0; seed < 15; ++seed) {
      const std::vector<std::string> lines = LinesOf(MustWrite("The old lighthouse", "gulls", form, seed));
      const std::set<std::string> distinct(lines.begin(), lines.end());
      EXPECT_EQ(lines.size() - distinct.size(), form == PoemForm::kVillanelle ? 6u : 0u) << FormName(form) << seed;
    }
  }
}

TEST(PoemWriterTest, ThePoemNamesItsTopicAndSpeaksOfTheDescription) {
  int extras = 0;
  for (const PoemForm form : AllPoemForms()) {
    for (uint64_t seed = 0; seed < 10; ++seed) {
      EXPECT_THAT(absl::AsciiStrToLower(Everything(MustWrite("Kubernetes", "", form, seed))), HasSubstr("kubernetes"))
          << FormName(form);
      EXPECT_THAT(absl::AsciiStrToLower(Everything(MustWrite("The old lighthouse", "", form, seed))),
                  HasSubstr("lighthouse"));
      EXPECT_THAT(Everything(MustWrite("Moja babcia", "", form, seed)), HasSubstr("oja babcia"));
      const std::string text = Everything(MustWrite("Autumn rain", "My grandmother was baking bread.", form, seed));
      extras += absl::StrContains(text, "grandmother") || absl::StrContains(text, "bread") ? 1 : 0;
    }
  }
  EXPECT_GE(extras, 40) << "of 70 poems";
}

TEST(PoemWriterTest, LinesAreCleanEnglish) {
  for (const auto& [title, description] : SomeTopics()) {
    for (const PoemForm form : AllPoemForms()) {
      for (uint64_t seed = 0; seed < 10; ++seed) {
        const WrittenPoem poem = MustWrite(title, description, form, seed);
        ASSERT_FALSE(poem.stanzas.empty());
        for (const std::vector<std::string>& stanza : poem.stanzas) {
          EXPECT_FALSE(absl::ascii_islower(static_cast<unsigned char>(stanza[0][0]))) << stanza[0];
          EXPECT_THAT(".!?\"", HasSubstr(stanza.back().substr(stanza.back().size() - 1))) << stanza.back();
          for (const std::string& line : stanza) {
            EXPECT_EQ(line.find_first_of("{}<>|\n\t"), std::string::npos) << line;
            EXPECT_EQ(line.find("  "), std::string::npos) << line;
            EXPECT_EQ(line.find(" ,"), std::string::npos) << line;
            const std::vector<std::string> words = LowerWords(line);
            for (size_t i = 0; i + 1 < words.size(); ++i) {
              EXPECT_NE(words[i], words[i + 1]) << line;
              const bool vowel = words[i + 1].find_first_of("aeio") == 0 && words[i + 1].find("one") != 0;
              if (words[i] == "a") {
                EXPECT_FALSE(vowel) << line;
              }
              if (words[i] == "an") {
                EXPECT_EQ(words[i + 1].find_first_of("aeiouh"), 0u) << line;
              }
            }
          }
        }
      }
    }
  }
}

TEST(PoemWriterTest, AnySubjectGetsAPoem) {
  const std::string long_title =
      "Internationalization of extraordinarily incomprehensible bureaucracies and their " + std::string(5000, 'x');
  const std::vector<std::string> titles = {"",
                                           " ",
                                           "🎉🎉",
                                           "日本の海",
                                           "Осень в лесу",
                                           "\x01\x02 tab\ttab\x7f",
                                           "\xff\xfe",
                                           "\"Quoted\"",
                                           "a",
                                           "the",
                                           "I love you",
                                           "How to bake bread",
                                           "{T} <b>|</b>",
                                           "C++",
                                           "12345",
                                           "!!!",
                                           long_title,
                                           "Größe und Übermut",
                                           "ode to my keyboard",
                                           "'''"};
  for (const std::string& title : titles) {
    for (const PoemForm form : AllPoemForms()) {
      for (const char* description : {"", "😀 \x01 the \"cat\" — and 猫 {T}"}) {
        const WrittenPoem poem = MustWrite(title, description, form, 7);
        EXPECT_FALSE(poem.title.empty());
        EXPECT_LE(poem.title.size(), 400u);
        for (const std::string& line : LinesOf(poem)) {
          EXPECT_FALSE(line.empty());
          EXPECT_LE(line.size(), 240u) << line;
          for (const char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << title;
        }
      }
    }
  }
}

TEST(PoemWriterTest, LinesAreDeliveredInOrder) {
  std::vector<std::string> delivered;
  const absl::StatusOr<WrittenPoem> poem =
      WritePoem({"Coffee", "", PoemForm::kSonnet, 1}, [&](int, int, const std::string& line) {
        delivered.push_back(line);
        return true;
      });
  ASSERT_TRUE(poem.ok());
  EXPECT_EQ(delivered, LinesOf(*poem));
}

TEST(PoemWriterTest, AReaderWhoHasEnoughCancels) {
  int lines = 0;
  const absl::StatusOr<WrittenPoem> poem =
      WritePoem({"Coffee", "", PoemForm::kSonnet, 1}, [&](int, int, const std::string&) { return ++lines < 3; });
  EXPECT_EQ(poem.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(lines, 3);
}

TEST(PoemFormTest, NamesAreReadLoosely) {
  for (const PoemForm form : AllPoemForms()) EXPECT_EQ(*ParsePoemForm(FormName(form)), form);
  EXPECT_EQ(*ParsePoemForm("FREE_VERSE"), PoemForm::kFreeVerse);
  EXPECT_EQ(*ParsePoemForm(""), PoemForm::kBallad);
  EXPECT_EQ(ParsePoemForm("epic").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(ParsePoemForm("epic").status().message()), HasSubstr("villanelle"));
}

}  // namespace
}  // namespace flowmesh::models
