#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_PHRASEBOOK_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_PHRASEBOOK_H_

// The phrases of the builtin poet, one file per form. All of them are our own.
//
// A phrase is plain text with
//   {code}      a slot: {T} the topic, {W} something from the description, {a} the article, or a part of speech
//   (lexicon.h); {code?}     a slot that may stay empty; <one|two|>  a choice of literal words, an empty alternative
//   included.
// Spacing before punctuation, "a" or "an" and capital letters are the writer's business.

#include <cstdint>

#include "absl/types/span.h"

namespace flowmesh::models {

enum class Role : uint8_t { kOpen, kMid, kEnd };  // where in the arc of a poem a unit may stand

// One or two lines that make sense together. An absent line is null.
struct Unit {
  Role role;
  const char* lines[2];
};

absl::Span<const Unit> PentameterUnits();  // two lines of ten syllables
absl::Span<const Unit> BalladUnits();      // eight syllables, then six
absl::Span<const Unit> CoupletUnits();     // two lines of eight syllables
absl::Span<const Unit> FreeVerseUnits();   // two lines without metre

absl::Span<const Unit> LimerickOpeners();  // two long lines
absl::Span<const Unit> LimerickMiddles();  // two short lines
absl::Span<const Unit> LimerickClosers();  // one long line

absl::Span<const char* const> FirstRefrains();      // villanelle, name the topic
absl::Span<const char* const> SecondRefrains();     // villanelle, an image
absl::Span<const char* const> VillanelleBridges();  // the line between the two

absl::Span<const char* const> HaikuTopicFirst();  // five syllables
absl::Span<const char* const> HaikuSceneFirst();  // five
absl::Span<const char* const> HaikuMiddle();      // seven
absl::Span<const char* const> HaikuLast();        // five
absl::Span<const char* const> HaikuTopicLast();   // five

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_PHRASEBOOK_H_
