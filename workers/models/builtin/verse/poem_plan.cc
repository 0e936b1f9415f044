#include "workers/models/builtin/verse/poem_plan.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::models {
namespace {

// The second of each pair is the classical inversion of the first foot ("Under the ...").
const std::vector<Metre> kPentameter = {"wswswswsws", "swwswswsws"};
const std::vector<Metre> kTetrameter = {"wswswsws", "swwswsws"};
const std::vector<Metre> kTrimeter = {"wswsws", "swwsws"};
const std::vector<Metre> kFree = {""};
const std::vector<Metre> kFive = {"?????"};
const std::vector<Metre> kSeven = {"???????"};

void AddUnit(const char* const* lines, int count, Role role, bool feminine, PhraseBook& book, absl::Status& status) {
  ParsedUnit unit{role, {}, false, false};
  for (int i = 0; i < count && lines[i] != nullptr; ++i) {
    absl::StatusOr<Phrase> phrase = ParsePhrase(lines[i], feminine);
    if (!phrase.ok()) {
      status.Update(absl::InternalError(absl::StrCat(phrase.status().message(), " in: ", lines[i])));
      return;
    }
    unit.names_topic |= phrase->names_topic;
    unit.names_extra |= phrase->names_extra;
    unit.lines.push_back(*std::move(phrase));
  }
  book.push_back(std::move(unit));
}

// All books in one gender; parsed once.
struct Library {
  explicit Library(bool feminine) {
    Units(PentameterUnits(), feminine, pentameter);
    Units(BalladUnits(), feminine, ballad);
    Units(CoupletUnits(), feminine, couplets);
    Units(FreeVerseUnits(), feminine, free_verse);
    Units(LimerickOpeners(), feminine, limerick_openers);
    Units(LimerickMiddles(), feminine, limerick_middles);
    Units(LimerickClosers(), feminine, limerick_closers);
    Lines(FirstRefrains(), feminine, first_refrains);
    Lines(SecondRefrains(), feminine, second_refrains);
    Lines(VillanelleBridges(), feminine, bridges);
    Lines(HaikuTopicFirst(), feminine, haiku_topic_first);
    Lines(HaikuSceneFirst(), feminine, haiku_scene_first);
    Lines(HaikuMiddle(), feminine, haiku_middle);
    Lines(HaikuLast(), feminine, haiku_last);
    Lines(HaikuTopicLast(), feminine, haiku_topic_last);
  }

  void Units(absl::Span<const Unit> units, bool feminine, PhraseBook& book) {
    for (const Unit& unit : units) AddUnit(unit.lines, 2, unit.role, feminine, book, status);
  }
  void Lines(absl::Span<const char* const> lines, bool feminine, PhraseBook& book) {
    for (const char* const& line : lines) AddUnit(&line, 1, Role::kMid, feminine, book, status);
  }

  absl::Status status;
  PhraseBook pentameter, ballad, couplets, free_verse;
  PhraseBook limerick_openers, limerick_middles, limerick_closers;
  PhraseBook first_refrains, second_refrains, bridges;
  PhraseBook haiku_topic_first, haiku_scene_first, haiku_middle, haiku_last, haiku_topic_last;
};

const Library& TheLibrary(bool feminine) {
  static const Library* const feminine_books = new Library(true);
  static const Library* const masculine_books = new Library(false);
  return feminine ? *feminine_books : *masculine_books;
}

UnitPlan Lines(const PhraseBook& book, const std::vector<LinePlan>& lines, Wish wish = Wish::kNone,
               Role role = Role::kMid) {
  UnitPlan unit;
  unit.book = &book;
  unit.role = role;
  unit.wish = wish;
  unit.lines = lines;
  return unit;
}

UnitPlan Refrain(const PhraseBook& book, int number, char rhyme, Wish wish) {
  UnitPlan unit = Lines(book, {{kPentameter, rhyme}}, wish);
  unit.refrain = number;
  return unit;
}

// Opening and end name the topic; between them topic and description take turns.
void ArcOverUnits(PoemPlan& plan) {
  std::vector<UnitPlan*> units;
  for (std::vector<UnitPlan>& stanza : plan.stanzas) {
    for (UnitPlan& unit : stanza) units.push_back(&unit);
  }
  for (size_t i = 0; i < units.size(); ++i) {
    const bool edge = i == 0 || i + 1 == units.size();
    units[i]->must_name = edge;
    units[i]->wish = edge || i % 4 == 3 ? Wish::kTopic : i % 2 == 1 ? Wish::kExtra : Wish::kNone;
    units[i]->role = i == 0 ? Role::kOpen : i + 1 == units.size() ? Role::kEnd : Role::kMid;
  }
}

PoemPlan PlanSonnet(const Library& books) {
  PoemPlan plan;
  for (const char rhyme : {'a', 'c', 'e'}) {
    const char next = static_cast<char>(rhyme + 1);
    const UnitPlan half = Lines(books.pentameter, {{kPentameter, rhyme}, {kPentameter, next}});
    plan.stanzas.push_back({half, half});
  }
  plan.stanzas.push_back({Lines(books.pentameter, {{kPentameter, 'g'}, {kPentameter, 'g'}})});
  ArcOverUnits(plan);
  return plan;
}

PoemPlan PlanBallad(const Library& books) {
  PoemPlan plan;
  for (char rhyme = 'a'; rhyme < 'f'; ++rhyme) {
    const UnitPlan half = Lines(books.ballad, {{kTetrameter, 0}, {kTrimeter, rhyme}});
    plan.stanzas.push_back({half, half});
  }
  ArcOverUnits(plan);
  return plan;
}

PoemPlan PlanCouplets(const Library& books) {
  PoemPlan plan;
  for (char rhyme = 'a'; rhyme < 'i'; rhyme = static_cast<char>(rhyme + 2)) {
    const char next = static_cast<char>(rhyme + 1);
    plan.stanzas.push_back({Lines(books.couplets, {{kTetrameter, rhyme}, {kTetrameter, rhyme}}),
                            Lines(books.couplets, {{kTetrameter, next}, {kTetrameter, next}})});
  }
  ArcOverUnits(plan);
  return plan;
}

PoemPlan PlanLimerick(const Library& books, SeededRandom& random) {
  std::vector<Metre> long_lines = {"osoosoos", "oosoosoos"};
  std::vector<Metre> short_lines = {"oosoos", "osoos"};
  if (random.Chance(50)) std::swap(long_lines[0], long_lines[1]);
  PoemPlan plan;
  plan.stanzas.push_back(
      {Lines(books.limerick_openers, {{long_lines, 'a'}, {long_lines, 'a'}}, Wish::kTopic, Role::kOpen),
       Lines(books.limerick_middles, {{short_lines, 'b'}, {short_lines, 'b'}}, Wish::kExtra),
       Lines(books.limerick_closers, {{long_lines, 'a'}}, Wish::kNone, Role::kEnd)});
  return plan;
}

PoemPlan PlanHaiku(const Library& books) {
  const LinePlan five{kFive, 0};
  const LinePlan seven{kSeven, 0};
  PoemPlan plan;
  plan.capitals = Capitals::kSentences;
  plan.stanzas = {{Lines(books.haiku_topic_first, {five}, Wish::kTopic), Lines(books.haiku_middle, {seven}),
                   Lines(books.haiku_last, {five})},
                  {Lines(books.haiku_scene_first, {five}, Wish::kExtra), Lines(books.haiku_middle, {seven}),
                   Lines(books.haiku_last, {five})},
                  {Lines(books.haiku_scene_first, {five}), Lines(books.haiku_middle, {seven}),
                   Lines(books.haiku_topic_last, {five}, Wish::kTopic)}};
  return plan;
}

PoemPlan PlanVillanelle(const Library& books) {
  const UnitPlan first = Refrain(books.first_refrains, 1, 'a', Wish::kTopic);
  const UnitPlan second = Refrain(books.second_refrains, 2, 'a', Wish::kNone);
  const UnitPlan pair = Lines(books.pentameter, {{kPentameter, 'a'}, {kPentameter, 'b'}}, Wish::kExtra);
  PoemPlan plan;
  plan.rhyme_company = 17;  // seven words must share the first rhyme, six the second
  plan.stanzas = {{first, Lines(books.bridges, {{kPentameter, 'b'}}), second},
                  {pair, first},
                  {pair, second},
                  {pair, first},
                  {pair, second},
                  {pair, first, second}};
  return plan;
}

PoemPlan PlanFreeVerse(const Library& books) {
  const UnitPlan unit = Lines(books.free_verse, {{kFree, 0}, {kFree, 0}});
  PoemPlan plan;
  plan.capitals = Capitals::kSentences;
  plan.stanzas.assign(4, {unit, unit});
  ArcOverUnits(plan);
  return plan;
}

}  // namespace

PoemPlan PlanPoem(PoemForm form, bool feminine, SeededRandom& random) {
  const Library& books = TheLibrary(feminine);
  switch (form) {
    case PoemForm::kSonnet:
      return PlanSonnet(books);
    case PoemForm::kBallad:
      return PlanBallad(books);
    case PoemForm::kLimerick:
      return PlanLimerick(books, random);
    case PoemForm::kHaiku:
      return PlanHaiku(books);
    case PoemForm::kCouplets:
      return PlanCouplets(books);
    case PoemForm::kVillanelle:
      return PlanVillanelle(books);
    case PoemForm::kFreeVerse:
      return PlanFreeVerse(books);
  }
  return PlanBallad(books);
}

absl::Status CheckPhrasebook() {
  absl::Status status = TheLibrary(true).status;
  status.Update(TheLibrary(false).status);
  return status;
}

}  // namespace flowmesh::models
