#include "workers/models/builtin/grammar/domain.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "workers/models/builtin/grammar/noun_forms.h"

namespace flowmesh::models {
namespace {

std::vector<std::string> List(absl::string_view text) { return absl::StrSplit(text, ';', absl::SkipEmpty()); }

Deed ReadDeed(absl::string_view text) {
  Deed deed;
  deed.routine = absl::ConsumeSuffix(&text, "*");
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  deed.verb = FormsOf(parts[0]);
  deed.noun = std::string(parts[1]);
  deed.nouns = PluralOf(parts[1]);
  return deed;
}

Event ReadEvent(absl::string_view text) {
  const bool planned = absl::ConsumeSuffix(&text, "*");
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  return {std::string(parts[0]), FormsOf(parts[1]), parts.size() > 2 ? absl::StrCat(" ", parts[2]) : "", planned};
}

Thing ReadThing(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  return {std::string(parts[0]), PluralOf(parts[0]), absl::StrSplit(parts[1], ',')};
}

Domain ReadDomain(const DomainText& text) {
  Domain domain;
  domain.name = text.name;
  domain.keywords = absl::StrSplit(text.keywords, ' ', absl::SkipEmpty());
  domain.agents = List(text.agents);
  domain.boss = text.boss;
  domain.client = text.client;
  domain.place = text.place;
  for (const std::string& deed : List(text.deeds)) domain.deeds.push_back(ReadDeed(deed));
  for (const std::string& event : List(text.events)) domain.events.push_back(ReadEvent(event));
  domain.masses = List(text.masses);
  for (const std::string& thing : List(text.things)) domain.things.push_back(ReadThing(thing));
  domain.sources = List(text.sources);
  return domain;
}

bool Matches(absl::string_view word, absl::string_view keyword) {
  if (absl::ConsumePrefix(&keyword, "+")) return word == keyword || word == absl::StrCat(keyword, "s");
  return absl::StartsWith(word, keyword);
}

}  // namespace

absl::Span<const Domain> AllDomains() {
  static const std::vector<Domain>* const domains = [] {
    auto* const all = new std::vector<Domain>();
    for (const absl::Span<const DomainText> texts : {OfficeDomains(), TechnicalDomains(), EverydayDomains()}) {
      for (const DomainText& text : texts) all->push_back(ReadDomain(text));
    }
    return all;
  }();
  return *domains;
}

const Domain* FindDomain(absl::string_view text) {
  std::string letters = absl::AsciiStrToLower(text);
  for (char& c : letters) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = ' ';
  }
  const std::vector<absl::string_view> words = absl::StrSplit(letters, ' ', absl::SkipEmpty());
  const Domain* best = nullptr;
  size_t best_score = 0;
  for (const Domain& domain : AllDomains()) {
    size_t score = 0;  // letters that match: a long keyword says more than a short one
    for (const absl::string_view word : words) {
      size_t longest = 0;
      for (const std::string& keyword : domain.keywords) {
        if (Matches(word, keyword) && keyword.size() > longest) longest = keyword.size();
      }
      score += longest;
    }
    if (score > best_score) {
      best = &domain;
      best_score = score;
    }
  }
  return best;
}

}  // namespace flowmesh::models
