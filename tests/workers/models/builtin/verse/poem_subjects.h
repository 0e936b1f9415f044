#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_VERSE_POEM_SUBJECTS_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_VERSE_POEM_SUBJECTS_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "workers/models/builtin/verse/poem_writer.h"

namespace flowmesh::models {

inline std::vector<std::pair<std::string, std::string>> SomeTopics() {
  return {{"Autumn rain", "It fell on the windows while my grandmother baked bread and remembered the war."},
          {"Debugging at night", ""},
          {"The old lighthouse", "Nobody has lit the lamp for forty years, but the gulls still come."},
          {"Moja babcia", ""},
          {"Kubernetes", "The pods restart, the nodes are full, and the pager never sleeps."}};
}

inline WrittenPoem MustWrite(const std::string& title, const std::string& description, PoemForm form, uint64_t seed) {
  const absl::StatusOr<WrittenPoem> poem =
      WritePoem({title, description, form, seed}, [](int, int, const std::string&) { return true; });
  EXPECT_TRUE(poem.ok()) << poem.status() << " title: " << title << " form: " << FormName(form) << " seed: " << seed;
  return poem.ok() ? *poem : WrittenPoem{};
}

inline std::vector<std::string> LinesOf(const WrittenPoem& poem) {
  std::vector<std::string> lines;
  for (const std::vector<std::string>& stanza : poem.stanzas) lines.insert(lines.end(), stanza.begin(), stanza.end());
  return lines;
}

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_VERSE_POEM_SUBJECTS_H_
