#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_TOPIC_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_TOPIC_H_

// What a poem is about, in phrases that can stand in a sentence.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "workers/models/builtin/verse/lexicon.h"

namespace flowmesh::models {

inline constexpr size_t kMaxTitlePoints = 80;   // code points of a poem's title
inline constexpr size_t kMaxTopicBytes = 4096;  // of title and description each that are read at all
inline constexpr int kMaxExtras = 8;            // phrases taken from a description

// A noun phrase that works in any grammatical place where agreement does not show: "the old lighthouse", "debugging at
// night".
struct TopicPhrase {
  std::string text;
  std::string stress;  // as in the lexicon
};

struct PoemTopic {
  std::string title;                   // cleaned and cut, never empty
  std::vector<TopicPhrase> names;      // of the title, the fullest first; never empty
  std::vector<TopicPhrase> vocatives;  // the same without a leading article
  std::vector<TopicPhrase> extras;     // of the description; may be empty
  std::vector<std::string> words;      // lower case; not to be used for something else in the poem
  ThemeSet themes = kGeneral;          // the main and the second theme and kGeneral
  ThemeSet main_theme = kGeneral;
};

// Never fails: an empty or unreadable subject gets a name of its own ("this little nothing").
PoemTopic ReadTopic(absl::string_view title, absl::string_view description);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_POEM_TOPIC_H_
