#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_OBJECTIVES_KNOWN_VERBS_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_OBJECTIVES_KNOWN_VERBS_H_

#include <map>
#include <string>

#include "workers/models/builtin/objectives/bloom_level.h"

namespace flowmesh::models {

// The verbs that the builtin instructor uses and the levels at which the handbooks list them, typed in apart from its
// own table. Sources: Anderson and Krathwohl (2001), table 5.1; Iowa State University, Center for Excellence in
// Learning and Teaching, "Revised Bloom's Taxonomy".
inline const std::map<std::string, BloomLevel>& KnownVerbs() {
  using enum BloomLevel;
  static const auto* const kVerbs = new std::map<std::string, BloomLevel>{
      {"list", kRemember},         {"name", kRemember},       {"identify", kRemember},     {"recall", kRemember},
      {"recognize", kRemember},    {"label", kRemember},      {"state", kRemember},        {"match", kRemember},
      {"locate", kRemember},       {"explain", kUnderstand},  {"describe", kUnderstand},   {"summarize", kUnderstand},
      {"paraphrase", kUnderstand}, {"classify", kUnderstand}, {"illustrate", kUnderstand}, {"compare", kUnderstand},
      {"apply", kApply},           {"use", kApply},           {"demonstrate", kApply},     {"perform", kApply},
      {"complete", kApply},        {"examine", kAnalyze},     {"differentiate", kAnalyze}, {"distinguish", kAnalyze},
      {"trace", kAnalyze},         {"contrast", kAnalyze},    {"organize", kAnalyze},      {"judge", kEvaluate},
      {"defend", kEvaluate},       {"assess", kEvaluate},     {"recommend", kEvaluate},    {"justify", kEvaluate},
      {"rank", kEvaluate},         {"rate", kEvaluate},       {"critique", kEvaluate},     {"design", kCreate},
      {"develop", kCreate},        {"compose", kCreate},      {"devise", kCreate},         {"plan", kCreate},
      {"produce", kCreate},        {"formulate", kCreate},    {"construct", kCreate},
  };
  return *kVerbs;
}

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_OBJECTIVES_KNOWN_VERBS_H_
