#include "workers/models/builtin/verse/poem_composer.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"

namespace flowmesh::models {
namespace {

constexpr int kStanzaTries = 6;  // per degree of patience
constexpr int kPairDraws = 6;

// Upper case for the first letter; quotes before it stay. Other scripts are left as their writer wrote them.
void CapitaliseAt(std::string& line, size_t at) {
  while (at < line.size()) {
    const unsigned char c = static_cast<unsigned char>(line[at]);
    if (absl::ascii_isalnum(c)) {
      line[at] = absl::ascii_toupper(c);
      return;
    }
    const bool curly_quote = line.compare(at, 3, "“") == 0;
    if (c >= 0x80 && !curly_quote) return;
    at += curly_quote ? 3 : 1;
  }
}

bool EndsSentence(const std::string& line) {
  size_t end = line.size();
  while (end > 0 && line[end - 1] == '"') --end;
  return end > 0 && absl::string_view(".!?:").find(line[end - 1]) != absl::string_view::npos;
}

void CapitaliseSentences(std::string& line) {
  for (size_t i = 0; i + 2 < line.size(); ++i) {
    const bool stop = absl::string_view(".!?").find(line[i]) != absl::string_view::npos;
    if (!stop) continue;
    const size_t gap = line[i + 1] == '"' ? i + 2 : i + 1;
    if (gap < line.size() && line[gap] == ' ') CapitaliseAt(line, gap + 1);
  }
}

}  // namespace

struct PoemComposer::State {
  WordsInUse used;
  absl::flat_hash_set<const ParsedUnit*> units;
  absl::flat_hash_set<std::string> texts;
  std::map<char, std::string> rhymes;
  std::map<int, std::string> refrains;
  std::vector<std::vector<std::string>> stanzas;
};

PoemComposer::PoemComposer(const PoemTopic& topic, const PoemPlan& plan, bool feminine, SeededRandom& random)
    : topic_(topic),
      plan_(plan),
      random_(random),
      fitter_(topic, feminine, random),
      signature_(StableHash(topic.title)) {}

std::vector<const ParsedUnit*> PoemComposer::UnitsInOrder(const UnitPlan& plan, const State& state) {
  std::vector<const ParsedUnit*> units;
  for (const ParsedUnit& unit : *plan.book) {
    if (unit.role == plan.role && !state.units.contains(&unit)) units.push_back(&unit);
  }
  random_.Shuffle(units);
  if (plan.wish != Wish::kNone) {
    std::stable_partition(units.begin(), units.end(), [&](const ParsedUnit* unit) {
      return plan.wish == Wish::kTopic ? unit->names_topic : unit->names_extra;
    });
  }
  return units;
}

// A line that does not speak of the subject could turn up in the poem of another one. So every such line belongs to one
// class of topics in so many, the more the fewer words were drawn for it; topics of different classes never share it.
bool PoemComposer::IsOurs(const FittedLine& line) const {
  static constexpr uint64_t kSharers[] = {101, 97, 61, 17};
  const uint64_t sharers = kSharers[std::min<size_t>(line.words.size(), 3)];
  return StableHash(line.text) % sharers == signature_ % sharers;
}

LineDemand PoemComposer::DemandOf(const LinePlan& line, Patience patience,
                                  const std::map<char, std::string>& rhymes) const {
  LineDemand demand;
  demand.metres = line.metres;
  demand.patience = patience;
  demand.rhyme_company = plan_.rhyme_company;
  if (line.rhyme == 0) return demand;
  const auto rhyme = rhymes.find(line.rhyme);
  demand.ending = rhyme == rhymes.end() ? Ending::kRhymable : Ending::kRhyme;
  if (rhyme != rhymes.end()) demand.rhyme = rhyme->second;
  return demand;
}

bool PoemComposer::WriteLines(const UnitPlan& plan, const ParsedUnit& unit, Patience patience, State& state) {
  WordsInUse used = state.used;
  std::map<char, std::string> rhymes = state.rhymes;
  std::vector<FittedLine> lines;
  for (size_t i = 0; i < plan.lines.size(); ++i) {
    const LineDemand demand = DemandOf(plan.lines[i], patience, rhymes);
    if (demand.ending == Ending::kRhyme && !fitter_.CanEnd(unit.lines[i], demand, used)) return false;
  }
  for (size_t i = 0; i < plan.lines.size(); ++i) {
    const char letter = plan.lines[i].rhyme;
    LineDemand demand = DemandOf(plan.lines[i], patience, rhymes);
    if (patience != Patience::kEndless && !unit.lines[i].names_topic && !unit.lines[i].names_extra) {
      demand.accept = [this](const FittedLine& line) { return IsOurs(line); };
    }
    std::optional<FittedLine> line = fitter_.Fit(unit.lines[i], demand, used);
    if (!line.has_value() || state.texts.contains(line->text)) return false;
    if (letter != 0) rhymes.emplace(letter, line->rhyme);
    used.Add(*line);
    lines.push_back(*std::move(line));
  }
  state.used = std::move(used);
  state.rhymes = std::move(rhymes);
  state.units.insert(&unit);
  for (FittedLine& line : lines) {
    state.texts.insert(line.text);
    if (plan.refrain > 0) state.refrains[plan.refrain] = line.text;
    state.stanzas.back().push_back(std::move(line.text));
  }
  return true;
}

bool PoemComposer::WriteUnit(const UnitPlan& plan, Patience patience, State& state) {
  const auto refrain = state.refrains.find(plan.refrain);
  if (refrain != state.refrains.end()) {
    state.stanzas.back().push_back(refrain->second);
    return true;
  }
  for (const ParsedUnit* unit : UnitsInOrder(plan, state)) {
    if (plan.must_name && !unit->names_topic && patience != Patience::kEndless) break;
    // Of a pair, the first line draws a rhyme at random; a second draw often finds the answer that the first one
    // lacked.
    const bool pair = plan.lines.size() > 1 && plan.lines[0].rhyme == plan.lines[1].rhyme && plan.lines[0].rhyme != 0;
    const bool wished = plan.wish != Wish::kNone && (unit->names_extra || unit->names_topic);
    const int draws = pair ? kPairDraws : wished ? kPairDraws / 2 : 1;
    for (int draw = 0; draw < draws; ++draw) {
      if (WriteLines(plan, *unit, patience, state)) return true;
    }
  }
  return false;
}

bool PoemComposer::WriteStanza(size_t stanza, State& state) {
  for (const Patience patience :
       {Patience::kNone, Patience::kNames, Patience::kWords, Patience::kPronouns, Patience::kEndless}) {
    for (int attempt = 0; attempt < kStanzaTries; ++attempt) {
      State trial = state;
      trial.stanzas.emplace_back();
      const std::vector<UnitPlan>& units = plan_.stanzas[stanza];
      if (std::all_of(units.begin(), units.end(),
                      [&](const UnitPlan& unit) { return WriteUnit(unit, patience, trial); })) {
        state = std::move(trial);
        return true;
      }
    }
  }
  return false;
}

void PoemComposer::Finish(std::vector<std::string>& lines) const {
  bool sentence_starts = true;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string& line = lines[i];
    if (i + 1 == lines.size() && (line.back() == ',' || line.back() == ';')) line.back() = '.';
    if (plan_.capitals == Capitals::kEveryLine || sentence_starts) CapitaliseAt(line, 0);
    CapitaliseSentences(line);
    sentence_starts = EndsSentence(line) && line.back() != ':';
  }
}

std::optional<std::vector<std::vector<std::string>>> PoemComposer::Compose() {
  State state;
  for (const std::string& word : topic_.words) state.used.AddWord(word);
  for (size_t i = 0; i < plan_.stanzas.size(); ++i) {
    if (!WriteStanza(i, state)) return std::nullopt;
  }
  for (std::vector<std::string>& stanza : state.stanzas) Finish(stanza);
  return std::move(state.stanzas);
}

}  // namespace flowmesh::models
