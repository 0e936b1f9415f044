#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_TOPIC_DOMAIN_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_TOPIC_DOMAIN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "workers/models/builtin/objectives/objective_task.h"

namespace flowmesh::models {

// A field of knowledge with aspects of its own. Lists are separated by `|`, the phrases as AspectKind wants them.
struct TopicDomain {
  const char* name;
  // In lower case, separated by spaces; a `*` at the end stands for any further letters, `_` for a space.
  const char* keywords;
  const char* concepts;
  const char* skills;
  const char* tools;
  const char* troubles;
  const char* choices;
  const char* standards;
  const char* products;

  // The phrases of a kind; none for kTerms.
  std::vector<std::string> Aspects(AspectKind kind) const;
};

// The domain that title and description speak of, by its words, those of the title counting more; null if there is none
// that stands out.
const TopicDomain* FindDomain(absl::string_view title, absl::string_view description);

// Aspects that any topic has; the phrases hold `{t}` for the topic.
const TopicDomain& GeneralDomain();

// All but the general one.
std::vector<const TopicDomain*> AllTopicDomains();

// The parts of AllTopicDomains, in the order of their tables.
absl::Span<const TopicDomain> TechnicalTopicDomains();
absl::Span<const TopicDomain> SocialTopicDomains();
absl::Span<const TopicDomain> PersonalTopicDomains();
absl::Span<const TopicDomain> PracticalTopicDomains();

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_OBJECTIVES_TOPIC_DOMAIN_H_
