#include "workers/models/builtin/objectives/topic_domain.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "workers/models/builtin/plain_text.h"

namespace flowmesh::models {
namespace {

constexpr int kTitleWeight = 3;
constexpr int kLeastScore = 2;  // a word of the title, or two of the description

constexpr TopicDomain kGeneral = {
    .name = "general",
    .keywords = "",
    .concepts =
        "the main principles of {t}|the parts of {t} and the way they fit together|the aims of {t}|"
        "the conditions for success in {t}",
    .skills =
        "find and check three sources on {t}|answer a newcomer's questions about {t}|"
        "keep a log of one's own work in {t}|divide a task from {t} into steps",
    .tools = "a glossary of {t}|a standard reference on {t}|a checklist for work in {t}",
    .troubles = "common mistakes in {t}|misconceptions about {t}|risks that arise in {t}",
    .choices =
        "two common approaches in {t}|a quick and a thorough way of working in {t}|"
        "a traditional and a modern method in {t}",
    .standards = "the criteria of good work in {t}|the rules of good practice in {t}",
    .products =
        "a guide of two pages to {t}|a glossary of twenty terms from {t}|a practice task from {t} with a model answer|"
        "a plan for a first piece of work in {t}",
};

// The words of a text in lower case, a space before and after each.
std::string Padded(absl::string_view text) {
  std::string padded = " ";
  for (const TextWord& word : SplitWords(CleanText(text))) absl::StrAppend(&padded, word.lower, " ");
  return absl::StrReplaceAll(padded, {{" the art of ", " "}, {" state of the art ", " "}});  // that is no painting
}

int CountKeywords(const TopicDomain& domain, const std::string& padded) {
  int count = 0;
  for (const absl::string_view keyword : absl::StrSplit(domain.keywords, ' ')) {
    absl::string_view stem = keyword;
    const bool open = absl::ConsumeSuffix(&stem, "*");
    const std::string words = absl::StrReplaceAll(stem, {{"_", " "}});
    if (absl::StrContains(padded, absl::StrCat(" ", words, open ? "" : " "))) ++count;
  }
  return count;
}

}  // namespace

std::vector<std::string> TopicDomain::Aspects(AspectKind kind) const {
  const char* list = "";
  switch (kind) {
    case AspectKind::kTerms:
      break;
    case AspectKind::kConcept:
      list = concepts;
      break;
    case AspectKind::kSkill:
      list = skills;
      break;
    case AspectKind::kTool:
      list = tools;
      break;
    case AspectKind::kTrouble:
      list = troubles;
      break;
    case AspectKind::kChoice:
      list = choices;
      break;
    case AspectKind::kStandard:
      list = standards;
      break;
    case AspectKind::kProduct:
      list = products;
      break;
  }
  return absl::StrSplit(list, '|', absl::SkipEmpty());
}

const TopicDomain* FindDomain(absl::string_view title, absl::string_view description) {
  const std::string title_words = Padded(title);
  const std::string description_words = Padded(description);
  const TopicDomain* best = nullptr;
  int best_score = kLeastScore - 1;
  for (const TopicDomain* domain : AllTopicDomains()) {
    const int score = kTitleWeight * CountKeywords(*domain, title_words) + CountKeywords(*domain, description_words);
    if (score <= best_score) continue;
    best = domain;
    best_score = score;
  }
  return best;
}

const TopicDomain& GeneralDomain() { return kGeneral; }

std::vector<const TopicDomain*> AllTopicDomains() {
  std::vector<const TopicDomain*> all;
  for (const absl::Span<const TopicDomain> part :
       {TechnicalTopicDomains(), SocialTopicDomains(), PersonalTopicDomains(), PracticalTopicDomains()}) {
    for (const TopicDomain& domain : part) all.push_back(&domain);
  }
  return all;
}

}  // namespace flowmesh::models
