#include "workers/models/builtin/objectives/key_phrases.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "workers/models/builtin/plain_text.h"

namespace flowmesh::models {
namespace {

constexpr size_t kMaxWords = 5;
constexpr size_t kMaxCharacters = 60;
constexpr size_t kMaxTitleCharacters = 80;

using Words = std::vector<std::string>;
using WordSet = absl::flat_hash_set<absl::string_view>;

// What stands before a phrase without belonging to it.
const WordSet& LeadingWords() {
  static const WordSet* const kWords = new WordSet{
      "a",          "an",          "the",        "this",          "that",       "these",        "those",
      "its",        "their",       "our",        "your",          "his",        "her",          "some",
      "any",        "all",         "each",       "every",         "such",       "both",         "and",
      "or",         "but",         "also",       "then",          "finally",    "first",        "next",
      "especially", "mainly",      "mostly",     "plus",          "of",         "to",           "in",
      "on",         "for",         "about",      "with",          "from",       "by",           "at",
      "into",       "as",          "including",  "include",       "includes",   "covering",     "cover",
      "covers",     "introducing", "introduces", "explaining",    "explains",   "learn",        "learning",
      "learns",     "know",        "understand", "understanding", "teach",      "teaches",      "teaching",
      "focus",      "focuses",     "focusing",   "focused",       "explore",    "explores",     "exploring",
      "discuss",    "discusses",   "treat",      "treats",        "study",      "studies",      "introduction",
      "overview",   "course",      "training",   "workshop",      "lesson",     "lessons",      "class",
      "module",     "unit",        "topic",      "topics",        "everything", "something",    "things",
      "various",    "different",   "several",    "learners",      "students",   "participants", "beginners",
      "people",     "it",          "we",         "you",           "they",       "here",         "children",
      "employees",  "namely",      "like",       "well"};
  return *kWords;
}

// What stands in sentences and not in names of things.
const WordSet& SentenceWords() {
  static const WordSet* const kWords = new WordSet{
      "is",      "are",   "was",    "were",    "be",       "been",     "am",      "will",      "would", "should",
      "can",     "could", "must",   "may",     "might",    "shall",    "do",      "does",      "did",   "has",
      "have",    "had",   "want",   "wants",   "need",     "needs",    "i",       "we",        "you",   "they",
      "he",      "she",   "it",     "who",     "which",    "what",     "when",    "where",     "why",   "how",
      "because", "if",    "while",  "whether", "not",      "that",     "than",    "please",    "so",    "them",
      "us",      "me",    "there",  "makes",   "make",     "get",      "gets",    "helps",     "help",  "let",
      "teaches", "learn", "learns", "covers",  "explains", "includes", "focuses", "introduces"};
  return *kWords;
}

const WordSet& Joiners() {
  static const WordSet* const kWords =
      new WordSet{"and", "or", "&", "including", "covering", "i", "oraz", "lub", "und", "oder", "et", "y", "plus"};
  return *kWords;
}

bool IsStop(absl::string_view word) {
  static const WordSet* const kTrailing =
      new WordSet{"of", "to",   "in",  "on",   "for",   "with", "the",   "a",   "an",   "and",  "or",   "as",  "at",
                  "by", "from", "etc", "more", "about", "into", "their", "its", "such", "like", "well", "too", "also"};
  return kTrailing->contains(word);
}

// Marks the ends of statements and of members of lists with line breaks of their own kinds: `\n` ends a statement, `\t`
// a member.
std::string Marked(absl::string_view text) {
  std::string padded =
      absl::StrReplaceAll(absl::StrCat("\n", text),
                          {{"\n- ", "\n"}, {"\n* ", "\n"}, {"\r", "\n"},  {"\t", " "},  {"•", "\n"},  {"·", "\n"},
                           {"。", "\n"},   {"！", "\n"},   {"？", "\n"},  {"，", "\t"}, {"、", "\t"}, {"；", "\t"},
                           {";", "\t"},    {",", "\t"},    {"(", "\t"},   {")", "\t"},  {"[", "\t"},  {"]", "\t"},
                           {"—", "\t"},    {" – ", "\t"},  {" - ", "\t"}, {"!", "\n"},  {"?", "\n"},  {"/ ", "\t"}});
  padded += '\n';
  for (size_t i = 0; i + 1 < padded.size(); ++i) {
    const bool ends = padded[i + 1] == ' ' || padded[i + 1] == '\n' || padded[i + 1] == '\t';
    if (ends && padded[i] == '.') padded[i] = '\n';
    if (ends && padded[i] == ':') padded[i] = '\t';
  }
  return padded;
}

bool IsBareNumber(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](unsigned char c) { return !absl::ascii_isalpha(c) && c < 0x80; });
}

// The phrase in these words of a description; empty = there is none.
std::string PhraseIn(Words words) {
  const auto lower = [](const std::string& word) { return absl::AsciiStrToLower(word); };
  while (!words.empty() && LeadingWords().contains(lower(words.front()))) words.erase(words.begin());
  while (!words.empty() && IsStop(lower(words.back()))) words.pop_back();
  if (words.empty() || words.size() > kMaxWords) return "";
  for (const std::string& word : words) {
    if (SentenceWords().contains(lower(word))) return "";
  }
  if (words.size() == 1 && (words[0].size() < 2 || IsBareNumber(words[0]))) return "";
  std::string phrase = CleanText(absl::StrJoin(words, " "));
  if (CutText(phrase, kMaxCharacters) != phrase) return "";
  return phrase;
}

// One member of a list, which may hold more joined by `and`. A part of a sentence that is no phrase spoils what is
// joined to it.
void TakeMember(absl::string_view member, std::vector<std::string>& phrases) {
  Words words;
  std::vector<std::string> found;
  const auto end_part = [&]() -> bool {
    if (words.empty()) return true;
    std::string phrase = PhraseIn(std::move(words));
    words.clear();
    if (phrase.empty()) return false;
    found.push_back(std::move(phrase));
    return true;
  };
  for (const absl::string_view piece : absl::StrSplit(member, ' ', absl::SkipEmpty())) {
    const std::string word(absl::StripAsciiWhitespace(absl::StripPrefix(absl::StripSuffix(piece, "\""), "\"")));
    if (word.empty()) continue;
    if (!Joiners().contains(word)) {
      words.push_back(word);
    } else if (!end_part()) {
      return;
    }
  }
  if (!end_part() && found.size() < 2) return;
  phrases.insert(phrases.end(), found.begin(), found.end());
}

}  // namespace

std::vector<std::string> KeyPhrases(absl::string_view title, absl::string_view description, size_t limit) {
  std::vector<std::string> members;
  for (const absl::string_view statement : absl::StrSplit(Marked(description), '\n', absl::SkipWhitespace())) {
    // What follows "how to" is no name of a thing, and "For nurses: ..." begins with those who learn.
    if (absl::StrContains(absl::StrCat(" ", statement), " how to ")) continue;
    bool first = true;
    for (const absl::string_view member : absl::StrSplit(statement, '\t', absl::SkipWhitespace())) {
      const bool audience = std::exchange(first, false) && absl::StartsWithIgnoreCase(member, "for ");
      if (!audience) TakeMember(member, members);
    }
  }
  std::vector<std::string> phrases;
  absl::flat_hash_set<std::string> seen = {absl::AsciiStrToLower(CleanText(title))};
  for (std::string& phrase : members) {
    if (phrases.size() == limit) break;
    if (seen.insert(absl::AsciiStrToLower(phrase)).second) phrases.push_back(std::move(phrase));
  }
  return phrases;
}

std::string TopicName(absl::string_view title) {
  const std::string clean = CleanText(title);
  absl::string_view name = clean;
  for (const absl::string_view article : {"a ", "an ", "the "}) {
    if (absl::StartsWithIgnoreCase(name, article)) name.remove_prefix(article.size());
  }
  bool introduced = false;
  for (const absl::string_view before :
       {"short ", "brief ", "introduction to ", "intro to ", "basics of ", "fundamentals of ", "foundations of ",
        "essentials of ", "getting started with "}) {
    if (!absl::StartsWithIgnoreCase(name, before)) continue;
    name.remove_prefix(before.size());
    introduced = absl::EndsWith(before, "to ") || absl::EndsWith(before, "of ") || absl::EndsWith(before, "with ");
  }
  if (!introduced) name = clean;  // the article, or `short`, is its own
  for (const absl::string_view after : {" for beginners", " for everyone", " 101"}) {
    if (absl::EndsWithIgnoreCase(name, after)) name.remove_suffix(after.size());
  }
  name = absl::StripAsciiWhitespace(name);
  return name.empty() ? clean : std::string(name);
}

std::string Quoted(absl::string_view text) {
  const std::string inner =
      absl::StrReplaceAll(CutText(CleanText(text), kMaxTitleCharacters),
                          {{"“", "‘"}, {"”", "’"}, {"„", "‘"}, {"«", "‘"}, {"»", "’"}, {"\"", "'"}});
  return absl::StrCat("“", inner, "”");
}

}  // namespace flowmesh::models
