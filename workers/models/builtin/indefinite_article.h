#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_INDEFINITE_ARTICLE_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_INDEFINITE_ARTICLE_H_

#include "absl/strings/string_view.h"

namespace flowmesh::models {

// "a" or "an" as the first word sounds, opening quotes aside: an hour, a user, an SQL query, a UI.
absl::string_view ArticleFor(absl::string_view phrase);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_INDEFINITE_ARTICLE_H_
