#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_FORM_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_FORM_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace flowmesh::models {

enum class PoemForm : uint8_t {
  kSonnet,      // ABAB CDCD EFEF GG, iambic pentameter
  kBallad,      // five quatrains, 8-6-8-6 syllables, the second and fourth line rhyme
  kLimerick,    // AABBA, three and two anapaestic beats
  kHaiku,       // three haiku of 5-7-5 syllables
  kCouplets,    // four quatrains of rhyming pairs, iambic tetrameter
  kVillanelle,  // nineteen lines, two refrains, two rhymes, iambic pentameter
  kFreeVerse,   // four stanzas, no rhyme, no metre
};

// "sonnet", "free verse", ...
absl::string_view FormName(PoemForm form);

// Case, spaces, hyphens and underscores do not matter; the empty name is a ballad. InvalidArgument names the known
// forms.
absl::StatusOr<PoemForm> ParsePoemForm(absl::string_view name);

const std::vector<PoemForm>& AllPoemForms();

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_FORM_H_
