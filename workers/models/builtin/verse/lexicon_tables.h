#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LEXICON_TABLES_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LEXICON_TABLES_H_

// The word tables, one function a file (lexicon_<name>.cc). Only lexicon.cc reads them.

#include "absl/types/span.h"
#include "workers/models/builtin/verse/lexicon.h"

namespace flowmesh::models {

absl::Span<const Lemma> NounsSeaLemmas();
absl::Span<const Lemma> NounsWeatherLemmas();
absl::Span<const Lemma> NounsNightLemmas();
absl::Span<const Lemma> NounsGardenLemmas();
absl::Span<const Lemma> NounsCityLemmas();
absl::Span<const Lemma> NounsCodeLemmas();
absl::Span<const Lemma> NounsWorkLemmas();
absl::Span<const Lemma> NounsHomeLemmas();
absl::Span<const Lemma> NounsAnimalsLemmas();
absl::Span<const Lemma> NounsHeartLemmas();
absl::Span<const Lemma> NounsGeneralThingsLemmas();
absl::Span<const Lemma> NounsGeneralLemmas();
absl::Span<const Lemma> AdjectivesLemmas();
absl::Span<const Lemma> QualitiesLemmas();
absl::Span<const Lemma> VerbsLemmas();
absl::Span<const Lemma> AdverbialsLemmas();

// Words that phrases use literally, and frequent words of topics.
absl::Span<const Form> LiteralsA();
absl::Span<const Form> LiteralsB();

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_LEXICON_TABLES_H_
