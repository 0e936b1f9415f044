#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_NOUN_FORMS_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_NOUN_FORMS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// The plural of a countable noun; of several words the last one changes: "pull request", "pull requests".
std::string PluralOf(absl::string_view noun);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_NOUN_FORMS_H_
