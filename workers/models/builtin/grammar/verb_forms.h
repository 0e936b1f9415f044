#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_VERB_FORMS_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_VERB_FORMS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// The five forms of an English verb, as in write, writes, wrote, written, writing.
struct VerbForms {
  std::string base;
  std::string third;       // third person singular of the present
  std::string past;        // simple past
  std::string participle;  // past participle
  std::string ing;         // present participle and gerund
};

// The forms of `verb`, which is in its base form and may have a particle or object after it ("roll back"): the first
// word is inflected. Irregular verbs come from a table; the others follow the spelling rules (study, studied; plan,
// planned; agree, agreed). `be` has the forms of the third person singular.
VerbForms FormsOf(absl::string_view verb);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_VERB_FORMS_H_
