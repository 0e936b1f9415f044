#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_ADJECTIVE_FORMS_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_ADJECTIVE_FORMS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// The degrees of an adjective, as in fast, faster, fastest or reliable, more reliable, most reliable.
struct AdjectiveForms {
  std::string base;
  std::string comparative;
  std::string superlative;  // without "the"
  std::string regularized;  // a comparative formed the wrong way, for wrong answers: "more faster", "reliabler"
  std::string overdone;     // a superlative formed the wrong way: "most fastest", "reliablest"
};

// Adjectives of one syllable and those of two that end in -y or are listed take -er and -est; good, bad and far are
// irregular; the others take more and most.
AdjectiveForms DegreesOf(absl::string_view adjective);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_ADJECTIVE_FORMS_H_
