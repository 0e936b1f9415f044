#include "workers/models/builtin/verse/poem_writer.h"

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "workers/models/builtin/seeded_random.h"
#include "workers/models/builtin/verse/poem_composer.h"
#include "workers/models/builtin/verse/poem_plan.h"
#include "workers/models/builtin/verse/poem_topic.h"

namespace flowmesh::models {
namespace {

constexpr int kRuns = 60;

// Not the seed alone: two subjects with one seed must not draw the same phrases and words.
uint64_t SeedOf(const PoemSubject& subject) {
  uint64_t hash = StableHash(subject.title);
  hash = StableHash(subject.description, StableHash(absl::string_view("\n", 1), hash));
  hash = StableHash(FormName(subject.form), hash);
  return StableHash(absl::StrCat(subject.seed), hash);
}

}  // namespace

absl::StatusOr<WrittenPoem> WritePoem(const PoemSubject& subject, OnPoemLine on_line) {
  if (absl::Status tables = CheckPhrasebook(); !tables.ok()) return tables;
  const PoemTopic topic = ReadTopic(subject.title, subject.description);
  SeededRandom random(SeedOf(subject));
  std::optional<std::vector<std::vector<std::string>>> stanzas;
  for (int run = 0; run < kRuns && !stanzas.has_value(); ++run) {
    const bool feminine = random.Chance(50);
    const PoemPlan plan = PlanPoem(subject.form, feminine, random);
    stanzas = PoemComposer(topic, plan, feminine, random).Compose();
  }
  if (!stanzas.has_value()) {
    return absl::InternalError(
        absl::StrCat("no ", FormName(subject.form), " was found for this subject; try another seed or form"));
  }
  WrittenPoem poem{topic.title, *std::move(stanzas)};
  for (size_t stanza = 0; stanza < poem.stanzas.size(); ++stanza) {
    for (size_t line = 0; line < poem.stanzas[stanza].size(); ++line) {
      if (!on_line(static_cast<int>(stanza), static_cast<int>(line), poem.stanzas[stanza][line])) {
        return absl::CancelledError("the reader of the poem stopped listening");
      }
    }
  }
  return poem;
}

}  // namespace flowmesh::models
