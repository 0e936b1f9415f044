#include "workers/models/builtin/plain_text.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "workers/models/builtin/code_point.h"

namespace flowmesh::models {
namespace {

bool In(char32_t p, char32_t first, char32_t last) { return p >= first && p <= last; }

bool IsDropped(char32_t p) {
  return p == kInvalidCodePoint || p < 0x20 || In(p, 0x7F, 0x9F) || p == 0xAD || In(p, 0x200B, 0x200F) ||
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

// Marks that may stand inside a word when a letter follows.
bool JoinsLetters(char32_t p) { return p == '\'' || p == 0x2019 || p == '-' || p == '.' || p == '_' || p == '&'; }

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

}  // namespace flowmesh::models
