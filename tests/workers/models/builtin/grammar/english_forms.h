#ifndef FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_ENGLISH_FORMS_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_ENGLISH_FORMS_H_

// What the tests know of English by themselves: their lists are not the writer's.

#include <string>
#include <vector>

namespace flowmesh::models {

std::vector<std::string> WordsOf(const std::string& text);  // lower case, without punctuation but with ' and -

bool IsParticiple(const std::string& word);  // "restarted", "written"
bool IsPastForm(const std::string& word);    // "restarted", "wrote"
bool IsIngForm(const std::string& word);     // "writing", but not "bring"
bool IsBaseForm(const std::string& word);  // "write"; only of verbs that the builtin domains have, and of a few others
bool IsThirdPerson(const std::string& word);

// "a" or "an" before the word, by sound.
std::string ArticleBySound(const std::string& word);

bool IsPersonNoun(const std::string& word);  // "nurse", "colleague", "developers"
bool IsMassNoun(const std::string& words);   // "equipment", "disk space"

bool IsFemaleName(const std::string& name);
bool IsMaleName(const std::string& name);

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_BUILTIN_GRAMMAR_ENGLISH_FORMS_H_
