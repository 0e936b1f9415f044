#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_KEY_PHRASES_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_KEY_PHRASES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// What a description names: the members of its lists and short statements, without articles and introductions ("An
// introduction to joins, indexes and query plans" gives joins, indexes, query plans), in their order, as written, each
// once. One to five words each, at most 60 characters, no sentence, not what `title` is. At most `limit`.
std::vector<std::string> KeyPhrases(absl::string_view title, absl::string_view description, size_t limit);

// The topic that a title names, without what only says that it is a course: `Introduction to SQL` and `SQL for
// beginners` are about SQL. Not empty unless the title is.
std::string TopicName(absl::string_view title);

// `text` in typographic quotes, cleaned and cut to 80 characters at a word; quotes inside become single ones.
std::string Quoted(absl::string_view text);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_KEY_PHRASES_H_
