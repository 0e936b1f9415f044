#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_PLAIN_TEXT_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_PLAIN_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// Drops control and invisible formatting characters and invalid UTF-8, makes every run of white space one space, trims.
std::string CleanText(absl::string_view text);

// `text` cut to at most `limit` code points, at a word boundary when there is one, with an ellipsis when something was
// cut.
std::string CutText(const std::string& text, size_t limit);

struct TextWord {
  std::string text;           // as written
  std::string lower;          // ASCII letters in lower case
  bool breaks_after = false;  // punctuation that ends a phrase follows
};

// The words of a cleaned text: letters and digits of any script with inner apostrophes, hyphens, dots, and the signs of
// "C++" and "F#". Emoji, quotes and punctuation belong to no word.
std::vector<TextWord> SplitWords(absl::string_view text);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_PLAIN_TEXT_H_
