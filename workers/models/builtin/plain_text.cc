#include "workers/models/builtin/plain_text.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"

namespace flowmesh::models {
namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

// The code point at `at`, which moves behind it; kInvalid (one byte consumed) for anything that is not well-formed
// UTF-8.
char32_t NextCodePoint(absl::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at++);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 && lead < 0xF5 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC2 ? 1 : 0;
  if (more == 0 || lead >= 0xF5 || at + more > text.size()) return kInvalid;
  char32_t point = lead & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return kInvalid;
    point = (point << 6) | (byte(at + i) & 0x3F);
  }
  const char32_t least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
  if (point < least || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return kInvalid;
  at += more;
  return point;
}

bool In(char32_t p, char32_t first, char32_t last) { return p >= first && p <= last; }

bool IsDropped(char32_t p) {
  return p == kInvalid || p < 0x20 || In(p, 0x7F, 0x9F) || p == 0xAD || In(p, 0x200B, 0x200F) ||
         In(p, 0x202A, 0x202E) || In(p, 0x2060, 0x206F) || p == 0xFEFF || In(p, 0xFFF9, 0xFFFF) ||
         In(p, 0xE0000, 0xE0FFF) || In(p, 0xE000, 0xF8FF);
}

bool IsSpace(char32_t p) {
  return p == ' ' || In(p, 0x09, 0x0D) || p == 0x85 || p == 0xA0 || In(p, 0x2000, 0x200A) || p == 0x2028 ||
         p == 0x2029 || p == 0x3000;
}

bool IsLetter(char32_t p) {
  if (p < 0x80) return absl::ascii_isalnum(static_cast<unsigned char>(p));
  if (p < 0xC0) return p == 0xAA || p == 0xB5 || p == 0xBA;
  return p != 0xD7 && p != 0xF7 && !In(p, 0x2000, 0x2BFF) && !In(p, 0x3000, 0x3004) && !In(p, 0x3008, 0x3020) &&
         !In(p, 0xFE00, 0xFE6F) && !In(p, 0xFF00, 0xFF0F) && !In(p, 0xFF1A, 0xFF20) && !In(p, 0x1F000, 0x1FAFF) &&
         !In(p, 0x2E00, 0x2E7F) && !IsSpace(p);
}

bool IsIdeograph(char32_t p) {
  return In(p, 0x3040, 0x30FF) || In(p, 0x3400, 0x9FFF) || In(p, 0xAC00, 0xD7A3) || In(p, 0xF900, 0xFAFF) ||
         In(p, 0x20000, 0x3FFFF);
}

bool IsVowel(char32_t p) {
  static constexpr char32_t kMore[] =
      U"àáâãäåæèéêëìíîïòóôõöøùúûüýÿąęėěıłōőœůűÀÁÂÃÄÅÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜаеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄαεηιουωάέήίόύώΑΕΗΙΟΥΩ";
  if (p < 0x80) return absl::string_view("aeiouyAEIOUY").find(static_cast<char>(p)) != absl::string_view::npos;
  for (const char32_t vowel : kMore) {
    if (vowel == p && p != 0 && p != U'ł') return true;
  }
  return false;
}

// Marks that may stand inside a word when a letter follows.
bool JoinsLetters(char32_t p) { return p == '\'' || p == 0x2019 || p == '-' || p == '.' || p == '_' || p == '&'; }

int CountVowelGroups(const std::string& word) {
  int groups = 0;
  bool in_vowel = false;
  for (size_t at = 0; at < word.size();) {
    const char32_t p = NextCodePoint(word, at);
    if (IsIdeograph(p)) {
      ++groups;
      in_vowel = false;
      continue;
    }
    const bool vowel = IsVowel(p) && !(at == 1 && (p == 'y' || p == 'Y'));
    if (vowel && !in_vowel) ++groups;
    in_vowel = vowel;
  }
  return groups;
}

bool EndsWithAny(const std::string& word, std::initializer_list<absl::string_view> endings) {
  for (const absl::string_view ending : endings) {
    if (word.size() > ending.size() && absl::string_view(word).substr(word.size() - ending.size()) == ending)
      return true;
  }
  return false;
}

// A final "e", "es" or "ed" that English does not speak.
bool HasSilentEnding(const std::string& lower) {
  if (lower.size() < 4) return false;
  if (EndsWithAny(lower, {"le", "les", "ee", "ted", "ded", "ses", "zes", "ces", "ges", "xes", "ches", "shes", "etes"}))
    return false;
  if (!EndsWithAny(lower, {"e", "es", "ed"})) return false;
  const size_t before = lower.size() - (lower.back() == 'e' ? 2 : 3);
  return absl::string_view("aeiouy").find(lower[before]) == absl::string_view::npos;
}

bool IsInitialism(const std::string& word) {
  if (word.size() > 5) return false;
  bool vowel = false;
  for (const char c : word) {
    if (!absl::ascii_isupper(static_cast<unsigned char>(c)) && !absl::ascii_isdigit(static_cast<unsigned char>(c)))
      return false;
    vowel |= IsVowel(static_cast<unsigned char>(c));
  }
  return !vowel || word.size() <= 3;
}

}  // namespace

std::string CleanText(absl::string_view text) {
  std::string clean;
  bool space = false;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const char32_t p = NextCodePoint(text, at);
    if (IsSpace(p)) {
      space = !clean.empty();
    } else if (!IsDropped(p)) {
      if (space) clean += ' ';
      space = false;
      clean.append(text.data() + start, at - start);
    }
  }
  return clean;
}

std::string CutText(const std::string& text, size_t limit) {
  size_t points = 0;
  size_t last_space = 0;
  for (size_t at = 0; at < text.size();) {
    if (points == limit - 1) {
      size_t peek = at;
      NextCodePoint(text, peek);
      if (peek == text.size()) return text;
      const size_t end = last_space > at / 2 ? last_space : at;
      std::string cut = text.substr(0, end);
      while (!cut.empty() && absl::string_view(" ,;:-.").find(cut.back()) != absl::string_view::npos) cut.pop_back();
      return cut + "…";
    }
    if (text[at] == ' ') last_space = at;
    NextCodePoint(text, at);
    ++points;
  }
  return text;
}

std::vector<TextWord> SplitWords(absl::string_view text) {
  std::vector<TextWord> words;
  std::string current;
  const auto finish = [&] {
    if (current.empty()) return;
    words.push_back({current, absl::AsciiStrToLower(current), false});
    current.clear();
  };
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const char32_t p = NextCodePoint(text, at);
    size_t peek = at;
    const char32_t next = at < text.size() ? NextCodePoint(text, peek) : U' ';
    const bool sign_of_word = !current.empty() && (p == '+' || p == '#');
    if (IsLetter(p) || (!current.empty() && JoinsLetters(p) && IsLetter(next)) || sign_of_word) {
      current.append(p == 0x2019 ? "'" : std::string(text.substr(start, at - start)));
      continue;
    }
    finish();
    const bool breaks = p < 0x80
                            ? absl::string_view(".,;:!?()[]|/").find(static_cast<char>(p)) != absl::string_view::npos ||
                                  (p == '-' && next == ' ')
                            : In(p, 0x2013, 0x2015) || p == 0x2026 || In(p, 0x3001, 0x3002);
    if (breaks && !words.empty()) words.back().breaks_after = true;
  }
  finish();
  return words;
}

std::string GuessStress(const std::string& word) {
  if (IsInitialism(word)) return std::string(word.size() - 1, 'x') + "1";
  const std::string lower = absl::AsciiStrToLower(word);
  int count = CountVowelGroups(lower);
  if (HasSilentEnding(lower)) --count;
  if (EndsWithAny(lower, {"ism", "isms"})) ++count;
  if (count < 1) count = 1;
  if (count == 1) return "1";
  if (count == 2) return "10";
  int beat = 0;
  if (EndsWithAny(lower, {"tion", "tions", "sion", "sions", "ic", "ics", "cian"})) {
    beat = count - 2;
  } else if (EndsWithAny(lower, {"ity", "ities", "logy", "graphy", "ical"})) {
    beat = count - 3;
  } else if (EndsWithAny(lower, {"ing", "er", "ers", "ly", "ness", "ment", "ments"})) {
    beat = 0;
  } else if (count >= 4 || absl::string_view("aio").find(lower.back()) != absl::string_view::npos) {
    beat = count - 2;
  }
  std::string stress;
  for (int i = 0; i < count; ++i) stress += i == beat ? '1' : (i - beat) % 2 == 0 ? 'x' : '0';
  return stress;
}

}  // namespace flowmesh::models
