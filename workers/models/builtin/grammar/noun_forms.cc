#include "workers/models/builtin/grammar/noun_forms.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::models {
namespace {

constexpr const char* kIrregularPlurals[][2] = {
    {"analysis", "analyses"}, {"child", "children"}, {"diagnosis", "diagnoses"}, {"hypothesis", "hypotheses"},
    {"index", "indexes"},     {"knife", "knives"},   {"leaf", "leaves"},         {"loaf", "loaves"},
    {"man", "men"},           {"person", "people"},  {"potato", "potatoes"},     {"shelf", "shelves"},
    {"tomato", "tomatoes"},   {"woman", "women"},    {"thesis", "theses"},
};

}  // namespace

std::string PluralOf(absl::string_view noun) {
  const size_t space = noun.rfind(' ');
  const absl::string_view before = space == absl::string_view::npos ? absl::string_view() : noun.substr(0, space + 1);
  const absl::string_view word = noun.substr(before.size());
  for (const auto& row : kIrregularPlurals) {
    if (word == row[0]) return absl::StrCat(before, row[1]);
  }
  if (word.size() > 1 && word.back() == 'y' &&
      !absl::StrContains("aeiou", absl::string_view(&word[word.size() - 2], 1))) {
    return absl::StrCat(before, word.substr(0, word.size() - 1), "ies");
  }
  for (const char* const hiss : {"s", "x", "z", "ch", "sh"}) {
    if (absl::EndsWith(word, hiss)) return absl::StrCat(before, word, "es");
  }
  return absl::StrCat(before, word, "s");
}

}  // namespace flowmesh::models
