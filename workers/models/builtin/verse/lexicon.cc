#include "workers/models/builtin/verse/lexicon.h"

#include "workers/models/builtin/verse/lexicon_tables.h"

namespace flowmesh::models {

const Lexicon& Lexicon::Builtin() {
  static const Lexicon* const lexicon = new Lexicon();  // never destroyed: entries point into it until exit
  return *lexicon;
}

Lexicon::Lexicon() {
  for (const absl::Span<const Lemma> table :
       {NounsSeaLemmas(), NounsWeatherLemmas(), NounsNightLemmas(), NounsGardenLemmas(), NounsCityLemmas(),
        NounsCodeLemmas(), NounsWorkLemmas(), NounsHomeLemmas(), NounsAnimalsLemmas(), NounsHeartLemmas(),
        NounsGeneralThingsLemmas(), NounsGeneralLemmas(), AdjectivesLemmas(), QualitiesLemmas(), VerbsLemmas(),
        AdverbialsLemmas()}) {
    for (const Lemma& lemma : table) AddLemma(lemma);
  }
  for (const absl::Span<const Form> table : {LiteralsA(), LiteralsB()}) {
    for (const Form& form : table) AddLiteral(form);
  }
}

void Lexicon::AddLemma(const Lemma& lemma) {
  const bool noun = lemma.part <= Part::kAbstract;
  for (int i = 0; i < 4 && lemma.forms[i].text != nullptr; ++i) {
    const Form& form = lemma.forms[i];
    entries_[static_cast<int>(lemma.part)][i].push_back({&lemma, &form});
    all_.push_back(form);
    if (lemma.part == Part::kTail) continue;
    words_.emplace(form.text, &form);
    if (noun) {
      const auto [it, inserted] = nouns_.try_emplace(form.text, Noun{&lemma, i == 1});
      // A word of several parts counts as a countable noun when one of them is.
      if (!inserted && it->second.lemma->part == Part::kAbstract) it->second = Noun{&lemma, i == 1};
    } else if (lemma.part <= Part::kAdverb) {
      others_.emplace(form.text, true);
    }
    const absl::string_view stress = form.stress;
    const bool ends_lines = lemma.part <= Part::kAbstract || lemma.part == Part::kPredicate ||
                            (i == 0 && (lemma.part == Part::kVerbThing || lemma.part == Part::kVerbLiving));
    if (ends_lines && !stress.empty() && (stress.back() == '1' || stress == "x")) ++rhyme_counts_[form.rhyme];
  }
  if (lemma.part == Part::kTail) ++rhyme_counts_[lemma.forms[0].rhyme];
}

void Lexicon::AddLiteral(const Form& form) {
  all_.push_back(form);
  words_[form.text] = &form;
}

const Form* Lexicon::Find(absl::string_view lower) const {
  const auto it = words_.find(lower);
  return it == words_.end() ? nullptr : it->second;
}

const Lemma* Lexicon::FindNoun(absl::string_view lower, bool* plural) const {
  const auto it = nouns_.find(lower);
  if (it == nouns_.end()) return nullptr;
  *plural = it->second.plural;
  return it->second.lemma;
}

int Lexicon::RhymeCount(absl::string_view rhyme) const {
  const auto it = rhyme_counts_.find(rhyme);
  return it == rhyme_counts_.end() ? 0 : it->second;
}

std::vector<Form> Lexicon::AllForms() const { return all_; }

}  // namespace flowmesh::models
