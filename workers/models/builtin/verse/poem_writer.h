#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_WRITER_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_WRITER_H_

// The builtin poet: English verse about a subject, offline, from a grammar and a lexicon of its own.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "workers/models/builtin/verse/poem_form.h"

namespace flowmesh::models {

inline constexpr char kBuiltinPoet[] = "builtin/poet-1";  // `model` of every poem it writes

struct PoemSubject {
  std::string title;        // any text; what is cut or dropped: poem_topic.h
  std::string description;  // may be empty
  PoemForm form = PoemForm::kBallad;
  uint64_t seed = 0;
};

struct WrittenPoem {
  std::string title;
  std::vector<std::vector<std::string>> stanzas;  // of lines, without line breaks
};

// Stanza and line count from 0. Returning false stops the delivery.
using OnPoemLine = absl::FunctionRef<bool(int stanza, int line, const std::string& text)>;

// The poem is a function of the subject alone: the same on every machine and in every run. The lines are delivered in
// order; the poem is complete before the first one, for until the last rhyme is found any line may change. Does not
// block, takes a few milliseconds. Thread-safe. Cancelled when `on_line` returned false; no other failure is known for
// any subject.
absl::StatusOr<WrittenPoem> WritePoem(const PoemSubject& subject, OnPoemLine on_line);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_WRITER_H_
