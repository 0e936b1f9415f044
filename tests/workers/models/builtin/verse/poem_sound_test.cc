#include <gtest/gtest.h>

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "tests/workers/models/builtin/verse/poem_subjects.h"
#include "tests/workers/models/builtin/verse/spoken_sound.h"
#include "workers/models/builtin/verse/lexicon.h"

namespace flowmesh::models {
namespace {

constexpr int kSeeds = 12;

std::string EndWord(const std::string& line) {
  size_t end = line.size();
  while (end > 0 && !absl::ascii_isalpha(static_cast<unsigned char>(line[end - 1]))) --end;
  size_t start = end;
  while (start > 0 && (absl::ascii_isalpha(static_cast<unsigned char>(line[start - 1])) || line[start - 1] == '\''))
    --start;
  return absl::AsciiStrToLower(line.substr(start, end - start));
}

void ExpectRhymes(PoemForm form, const std::string& scheme) {
  for (const auto& [title, description] : SomeTopics()) {
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      const std::vector<std::string> lines = LinesOf(MustWrite(title, description, form, seed));
      ASSERT_EQ(lines.size(), scheme.size()) << title;
      std::map<char, std::string>
          first;  // end word by rhyme letter; upper case letters are refrains of the lower case one
      for (size_t i = 0; i < lines.size(); ++i) {
        if (scheme[i] == '-') continue;
        const std::string word = EndWord(lines[i]);
        const auto [it, opens] = first.try_emplace(absl::ascii_tolower(static_cast<unsigned char>(scheme[i])), word);
        if (opens) continue;
        EXPECT_EQ(SpokenRhyme(word), SpokenRhyme(it->second)) << it->second << " / " << word << " in: " << lines[i];
        if (absl::ascii_islower(static_cast<unsigned char>(scheme[i]))) {
          EXPECT_NE(word, it->second) << lines[i];
        }
      }
    }
  }
}

int SyllablesOfLine(const std::string& line) {
  int syllables = 0;
  std::string word;
  for (const char c : line + " ") {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '\'') {
      word += c;
    } else if (!word.empty()) {
      syllables += SpokenSyllables(word);
      word.clear();
    }
  }
  return syllables;
}

// A line that speaks a name carries the name's rhythm: one syllable more or less is the licence the fitter documents.
void ExpectSyllables(PoemForm form, const std::vector<std::pair<int, int>>& per_line) {
  for (const char* title : {"The old lighthouse", "Autumn rain"}) {
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      const std::vector<std::string> lines = LinesOf(MustWrite(title, "", form, seed));
      ASSERT_EQ(lines.size() % per_line.size(), 0u);
      for (size_t i = 0; i < lines.size(); ++i) {
        const auto [least, most] = per_line[i % per_line.size()];
        const std::string lower = absl::AsciiStrToLower(lines[i]);
        const bool named = lower.find("lighthouse") != std::string::npos || lower.find("rain") != std::string::npos;
        EXPECT_GE(SyllablesOfLine(lines[i]), named ? least - 1 : least) << lines[i];
        EXPECT_LE(SyllablesOfLine(lines[i]), named ? most + 1 : most) << lines[i];
      }
    }
  }
}

TEST(PoemSoundTest, TheSynthesiserSpeaks) {
  ASSERT_EQ(SpokenSyllables("lantern"), 2) << "espeak-ng-data is missing";
  EXPECT_EQ(SpokenRhyme("night"), SpokenRhyme("light"));
  EXPECT_NE(SpokenRhyme("night"), SpokenRhyme("lamp"));
}

TEST(PoemSoundTest, EverySyllableCountOfTheLexiconIsTheSpokenOne) {
  for (const Form& form : Lexicon::Builtin().AllForms()) {
    int spoken = 0;
    for (const absl::string_view word : absl::StrSplit(form.text, absl::ByAnyChar(" -"), absl::SkipEmpty())) {
      spoken += std::max(1, SpokenSyllables(std::string(word)));
    }
    EXPECT_EQ(Syllables(form.stress), spoken) << form.text;
  }
}

TEST(PoemSoundTest, SonnetsRhymeAsShakespearesDo) { ExpectRhymes(PoemForm::kSonnet, "ababcdcdefefgg"); }
TEST(PoemSoundTest, BalladsRhymeTheSecondAndFourthLine) { ExpectRhymes(PoemForm::kBallad, "-a-a-b-b-c-c-d-d-e-e"); }
TEST(PoemSoundTest, LimericksRhyme) { ExpectRhymes(PoemForm::kLimerick, "aabba"); }
TEST(PoemSoundTest, CoupletsRhyme) { ExpectRhymes(PoemForm::kCouplets, "aabbccddeeffgghh"); }
TEST(PoemSoundTest, VillanellesLiveOnTwoRhymes) { ExpectRhymes(PoemForm::kVillanelle, "abaabAabaabAabaabAA"); }

TEST(PoemSoundTest, SonnetLinesHaveTenSyllables) { ExpectSyllables(PoemForm::kSonnet, {{10, 10}}); }
TEST(PoemSoundTest, BalladLinesAlternateEightAndSix) { ExpectSyllables(PoemForm::kBallad, {{8, 8}, {6, 6}}); }
TEST(PoemSoundTest, CoupletLinesHaveEightSyllables) { ExpectSyllables(PoemForm::kCouplets, {{8, 8}}); }
TEST(PoemSoundTest, HaikuAreFiveSevenFive) { ExpectSyllables(PoemForm::kHaiku, {{5, 5}, {7, 7}, {5, 5}}); }
TEST(PoemSoundTest, LimericksHaveThreeAndTwoBeats) {
  ExpectSyllables(PoemForm::kLimerick, {{8, 9}, {8, 9}, {5, 6}, {5, 6}, {8, 9}});
}

}  // namespace
}  // namespace flowmesh::models
