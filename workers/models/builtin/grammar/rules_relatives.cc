#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// "That" is offered only where a comma or a preposition rules it out, "who" only where it cannot stand for "whom".
constexpr GrammarRule kRules[] = {
    {kBegin, "the {s} ____ {vd} {O} {past} is on holiday now.", "who", "which|whose|whom|where",
     "'{s}' is a person and the subject of the clause: 'who'."},
    {kBegin, "the {o} ____ {T} {vd} {past} is very important.", "which", "who|whose|whom|what",
     "'{o}' is a thing and the object of the clause: 'which'."},
    {kMiddle, "the {s} ____ {H} was stolen {past} has called {B}.", "whose", "who|which|whom|where",
     "The {H} belongs to the {s}: 'whose'.", "bag|phone|wallet|car|umbrella"},
    {kMiddle, "the {L} ____ {T} work is being painted at the moment.", "where", "which|who|whose|what",
     "The clause has a subject and needs no object; it tells the place in which {T} work: 'where'."},
    {kMiddle, "{H} is the day ____ {S} {pres} {os}.", "when", "which|where|whose|what",
     "The clause tells at what time something happens: 'when'.{routine}", "Monday|Tuesday|Wednesday|Thursday|Friday"},
    {kMiddle, "{S} {vd} {O} in an hour, ____ surprised everybody.", "which", "that|what|whose|where",
     "After a comma, 'which' refers to the whole clause before; 'that' and 'what' cannot."},
    {kAdvance, "{N} is the {s} to ____ {C} sent the request.", "whom", "which|that|whose|what",
     "After a preposition, a person takes 'whom'."},
    {kAdvance, "the {x} about ____ {C} complained is new.", "which", "that|what|whom|who",
     "After a preposition, a thing takes 'which'; 'that' cannot follow a preposition."},
    {kAdvance, "{S2}, most of ____ are new here, have already {vn} {O}.", "whom", "who|them|which|they",
     "'Most of' is followed by 'whom' for persons in a relative clause."},
    {kAdvance, "there are {n} {os} on the list, some of ____ are new.", "which", "whom|that|what|who",
     "'Some of' is followed by 'which' for things in a relative clause."},
    {kMiddle, "____ {B} needs most is {m}.", "what", "that|which|who|whose",
     "'What' means 'the thing that' and needs no noun before it."},
    {kMiddle, "everything ____ {N} said about {O} was true.", "that", "what|who|whose|whom",
     "After 'everything' the relative pronoun is 'that'; 'what' would mean 'the thing that'."},
    {kMiddle, "{N}, ____ {vs} {os} {habit}, is from {H}.", "who", "that|which|whom|whose",
     "Between commas the clause only adds something about a person, its subject: 'who'; 'that' is impossible there.",
     "Spain|Canada|Turkey|Kenya|Chile"},
    {kMiddle, "{O}, ____ {S} {vd} {past}, was important to {C}.", "which", "that|what|who|whose",
     "Between commas the clause only adds something about a thing: 'which'; 'that' is impossible there."},
    {kMiddle, "{B} explained the reason ____ {O} had to be {vn}.", "why", "which|what|who|where",
     "'The reason' is followed by 'why'."},
    {kBegin, "{N} is the person ____ always {vs} {os}.", "who", "which|whose|whom|what",
     "'The person' is the subject of the clause: 'who'.{routine}"},
    {kBegin, "this is the {o} ____ {N} {vd} {past}.", "which", "who|whose|whom|what",
     "'{o}' is a thing and the object of the clause: 'which'."},
    {kAdvance, "this is the {L} in ____ {T} usually {v} {os}.", "which", "that|where|what|who",
     "After a preposition, a place takes 'which'; 'that' and 'where' cannot follow 'in'.{routine}"},
    {kAdvance, "{B}, ____ {H} was praised by everybody, thanked {S}.", "whose", "who|which|whom|that",
     "The {H} belongs to {B}: 'whose'.", "report|speech|plan|idea|presentation"},
    {kBegin, "{T} ____ work at night are very tired today.", "who", "which|whose|whom|what",
     "'{T}' are people and the subject of the clause: 'who'."},
    {kMiddle, "{N} is the colleague with ____ {S} {vd} {O}.", "whom", "which|that|whose|what",
     "After a preposition, a person takes 'whom'."},
};

}  // namespace

absl::Span<const GrammarRule> RelativeRules() { return kRules; }

}  // namespace flowmesh::models
