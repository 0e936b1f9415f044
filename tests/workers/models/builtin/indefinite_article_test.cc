#include "workers/models/builtin/indefinite_article.h"

#include <gtest/gtest.h>

namespace flowmesh::models {
namespace {

TEST(IndefiniteArticleTest, ArticlesGoBySound) {
  for (const char* const word :
       {"engineer", "hour", "honest answer", "SQL query", "API designer", "HTTP request", "MRI", "on-call engineer",
        "X-ray", "unimportant change", "umbrella", "heir", "SLA", "\"hour\"", "8"}) {
    EXPECT_EQ(ArticleFor(word), "an") << word;
  }
  for (const char* const word :
       {"server", "user", "useful tool", "unit test", "university", "European city", "one-time job", "UI", "URL",
        "LAN cable", "REST API", "house", "union", "unique index", "utensil", "\"user\""}) {
    EXPECT_EQ(ArticleFor(word), "a") << word;
  }
}

}  // namespace
}  // namespace flowmesh::models
