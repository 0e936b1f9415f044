#include "workers/models/builtin/verse/word_lists.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace flowmesh::models {
namespace {

using WordSet = absl::flat_hash_set<std::string>;

WordSet* MakeSet(absl::string_view words) {
  auto* const set = new WordSet();
  for (const absl::string_view word : absl::StrSplit(words, ' ', absl::SkipEmpty())) set->emplace(word);
  return set;
}

struct ThemeStems {
  ThemeSet theme;
  const char* stems;
};

constexpr ThemeStems kStems[] = {
    {kWeather,
     "autumn winter summer rain snow storm wind weather fog mist thunder cold frost climate cloud sunny monsoon "
     "deszcz"},
    {kSea,
     "sea ocean ship sail harbo beach lighthouse wave fish coast island boat tide swim surf marin whale shore morze"},
    {kNight, "night moon star dream sleep dark insomnia midnight evening dusk lullab astronom galax space planet noc"},
    {kGarden,
     "garden flower tree leaf leaves rose seed plant spring forest grass bloom vegetabl apple fruit meadow park "
     "mountain river"},
    {kCity,
     "city street traffic bus train tram subway metro urban town taxi commut warsaw london paris berlin york bridge "
     "travel"},
    {kCode,
     "code coding debug program software kubernet python server comput linux cloudy deploy docker git data algorithm "
     "compil "
     "robot machine network internet database developer api bug javascript rust java cluster tech digital keyboard "
     "model"},
    {kWork,
     "work office job meeting deadline boss monday tool build factory project business manag email engineer bridge "
     "exam school "
     "teach student homework money tax bank"},
    {kHome,
     "home kitchen bread bake cook tea coffee cake grandm grandf mother father family house babci mama soup dinner "
     "breakfast "
     "child pierog food recipe cheese pizza dad mum mom sister brother cozy cosy aunt uncle"},
    {kAnimals,
     "cat dog horse bird animal pet kitten puppy cow pig sheep bear fox rabbit hamster goat duck hedgehog elephant zoo "
     "owl mouse wolf lion tiger turtle kot pies"},
    {kHeart,
     "love heart friend wedding kiss marriage music song danc violin piano birthday valentin romance lonel grief memor "
     "peace "
     "hope soul happy joy sad war"},
};

}  // namespace

bool IsDeterminer(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "the a an my your our his her its their this that these those some every no all any each both one two three four "
      "five six "
      "seven eight nine ten many few several another");
  return set->contains(word) || (absl::EndsWith(word, "'s") && word.size() > 2);
}

bool IsPossessive(absl::string_view word) {
  static const WordSet* const set = MakeSet("my your our his her their");
  return set->contains(word);
}

bool IsPreposition(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "at of in on by for with without from to into under over after before behind beside between near beyond through "
      "during about "
      "around across along against among inside outside upon within like as until since toward towards above below up "
      "down off than");
  return set->contains(word);
}

bool IsClauseWord(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "i you he she it we they me us him them who whom which when while where because if that is are was were am be "
      "been has have had "
      "do does did can could will would shall should may might must don't can't won't isn't i'm it's you're not why "
      "how what let");
  return set->contains(word);
}

bool IsStopWord(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "and or but nor so yet very too also just only even still then now here there again always never often sometimes "
      "ever maybe "
      "perhaps quite rather really almost more most less least much many such same other own new good bad great big "
      "small little long "
      "short old young high low first last next make makes made get gets got go goes went gone come comes came take "
      "takes took see sees "
      "saw seen know knows knew think thinks thought say says said tell tells told want wants give gives gave use uses "
      "used find finds "
      "keep keeps kept let put puts seem seems feel feels felt try tries tried leave leaves left call called need "
      "needs become becomes "
      "please write poem about something someone everything nothing anything everyone nobody thing things stuff lot "
      "lots way kind sort "
      "etc ok yes no fall falls fell never every each poems verse rhyme funny happy sad short sweet dear warm cold "
      "dark light bright "
      "want like love loves liked hates hate hated");
  return set->contains(word) || IsDeterminer(word) || IsPreposition(word) || IsClauseWord(word);
}

bool IsKinship(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "mother father grandmother grandfather grandma grandpa mum mom mama papa dad sister brother daughter son wife "
      "husband aunt "
      "uncle cousin niece nephew granny");
  return set->contains(word);
}

bool IsMassNoun(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "rain snow love life time work home tea coffee music war peace bread software weather water wine beer money luck "
      "health history "
      "science art poetry freedom friendship loneliness insomnia autumn winter summer spring traffic homework "
      "housework jazz cheese "
      "chocolate rice soup honey sleep death youth age nature silence courage happiness sadness grief anger fear "
      "information data "
      "internet gardening football chess tennis maths math physics chemistry news breakfast lunch dinner school "
      "bedtime christmas");
  return set->contains(word);
}

bool IsCountNoun(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "lighthouse mountain river city house computer robot island ocean forest village school teacher student doctor "
      "wedding birthday "
      "mirror machine database deadline morning evening flower dream friend car bicycle bike phone piano guitar "
      "picture painting "
      "holiday journey library museum hospital airport airplane rocket universe cafe restaurant market shop baby girl "
      "boy man woman "
      "hamster rabbit elephant turtle tree world kitten puppy refrigerator fridge dishwasher microwave toaster printer "
      "spreadsheet "
      "sandwich pizza potato tomato commute exam lesson neighbourhood grandfather-clock");
  return set->contains(word);
}

bool IsProperName(absl::string_view word) {
  static const WordSet* const set = MakeSet(
      "monday tuesday wednesday thursday friday saturday sunday mondays fridays sundays january february april june "
      "july august "
      "september october november december christmas easter english polish french german spanish italian");
  return set->contains(word);
}

ThemeSet ThemeOf(absl::string_view word) {
  for (const ThemeStems& row : kStems) {
    for (const absl::string_view stem : absl::StrSplit(absl::string_view(row.stems), ' ', absl::SkipEmpty())) {
      // Short stems must be whole words: "cat" is not in "category".
      const bool hit =
          stem.size() <= 4
              ? (word == stem || (word.size() == stem.size() + 1 && word.back() == 's' && absl::StartsWith(word, stem)))
              : absl::StartsWith(word, stem);
      if (hit) return row.theme;
    }
  }
  bool plural = false;
  const Lemma* const noun = Lexicon::Builtin().FindNoun(word, &plural);
  return noun == nullptr ? 0 : static_cast<ThemeSet>(noun->themes & ~kGeneral);
}

}  // namespace flowmesh::models
