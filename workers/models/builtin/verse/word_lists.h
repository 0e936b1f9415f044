#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_WORD_LISTS_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_WORD_LISTS_H_

// Small closed classes of English words by which a subject is read. Arguments are in lower case.

#include "absl/strings/string_view.h"
#include "workers/models/builtin/verse/lexicon.h"

namespace flowmesh::models {

bool IsDeterminer(absl::string_view word);   // the, my, every, three
bool IsPossessive(absl::string_view word);   // my, our, her
bool IsPreposition(absl::string_view word);  // at, of, without
bool IsClauseWord(absl::string_view word);   // who, when, is, would, I: a title with one is no noun phrase
bool IsStopWord(absl::string_view word);     // never a topic of its own: very, make, good
bool IsKinship(absl::string_view word);      // grandmother: "my", not "the"
bool IsMassNoun(absl::string_view word);     // rain, coffee: no article
bool IsCountNoun(absl::string_view word);    // lighthouse: "the"
bool IsProperName(absl::string_view word);   // monday, april, christmas: capitalised

// The theme a word points to, by its beginning ("debug" for "debugging"); 0 when it points nowhere.
ThemeSet ThemeOf(absl::string_view word);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_WORD_LISTS_H_
