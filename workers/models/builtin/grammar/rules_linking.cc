#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// Most wrong answers fail already by what may follow them: a noun, a clause or a comma.
constexpr GrammarRule kRules[] = {
    {kMiddle, "____ {H}, {S} {vd} {O} on time.", "despite", "although|because|even though|however",
     "'{H}' is a noun phrase, and of these words only the preposition 'despite' can stand before it.",
     "the short deadline|the bad weather|the noise|the long delay|many difficulties"},
    {kMiddle, "____ {H}, {S2} {vd} {O} on time.", "although", "despite|in spite of|because of|due to",
     "'{H}' is a clause, and of these words only the conjunction 'although' can stand before it.",
     "the deadline was short|nobody helped them|the weather was bad|they had little help|they were very tired"},
    {kBegin, "{S} called {B} ____ {Ed}.", "because", "because of|due to|despite",
     "'{Ed}' is a clause, so the conjunction 'because' is right; the others need a noun."},
    {kBegin, "{S} arrived late ____ {H}.", "because of", "because|although|while",
     "'{H}' is a noun phrase, so the preposition 'because of' is right; the others need a clause.",
     "the heavy traffic|a strike|the bad weather|an accident"},
    {kMiddle, "{S} will not {v} {O} ____ {N} agrees.", "unless", "despite|because of|without",
     "'{N} agrees' is a clause, and of these words only the conjunction 'unless' can stand before it."},
    {kMiddle, "{S} {vd} {O} quickly ____ {C} would not have to wait.", "so that", "in order|because of|despite",
     "A purpose with a subject of its own is introduced by 'so that'."},
    {kMiddle, "{N} stayed late in order ____ {O}.", "to {v}", "{ving}|for {ving}|that {v}|{v}",
     "'In order' is followed by the infinitive with 'to'."},
    {kBegin, "both {B} ____ {C} liked the {H}.", "and", "or|but|nor", "The pair is 'both ... and'.",
     "plan|idea|offer|result"},
    {kBegin, "either {N} ____ {N2} will {v} {O}.", "or", "and|but|nor", "The pair is 'either ... or'."},
    {kMiddle, "neither {B} ____ {C} liked the {H}.", "nor", "and|but|either", "The pair is 'neither ... nor'.",
     "plan|idea|offer|result"},
    {kMiddle, "not only {N} ____ {N2} knows how to {v} {os}.", "but also", "and also|or also|nor",
     "The pair is 'not only ... but also'."},
    {kBegin, "{N} was ____ {H} that {she} went home before {Ed}.", "so", "such|too|very",
     "The pattern is 'so' + adjective + 'that'.", "tired|ill|nervous|angry|bored"},
    {kMiddle, "it was ____ {aadj} {x} that everybody talked about it.", "such", "so|too|very",
     "Before a or an with an adjective and a noun stands 'such'."},
    {kAdvance, "there was very little help. ____, {S} {vd} {O} on time.", "{H}", "Although|Despite|Whereas",
     "A comma follows and the sentence is complete, so a linking adverb like '{H}' is needed; a conjunction or "
     "preposition cannot stand alone.",
     "Nevertheless|However|Nonetheless"},
    {kAdvance, "{S} {vd} {O}; ____, {C} was not satisfied.", "however", "although|despite|whereas",
     "Between a semicolon and a comma stands a linking adverb; a conjunction or preposition cannot."},
    {kBegin, "____ {S} {was} {ving} {O}, {Ed}.", "while", "during|despite|because of",
     "A clause follows, so the conjunction 'while' is right; the others need a noun."},
    {kBegin, "____ {H}, {S} {vd} {O}.", "during", "while|when|although",
     "'{H}' is a noun phrase, so the preposition 'during' is right; the others need a clause.",
     "the lunch break|the meeting|the night|the holidays|the storm"},
    {kMiddle, "{N} wrote down {B}'s number ____ {Ed}.", "in case", "in case of|because of|despite",
     "'{Ed}' is a clause, so the conjunction 'in case' is right; the others need a noun."},
    {kBegin, "{S2} were tired, ____ they asked {N} for help.", "so", "because of|despite|due to",
     "'So' joins two clauses and names the result; the others need a noun."},
    {kAdvance, "{N} likes the new {x}, ____ {N2} prefers the old one.", "whereas", "despite|because of|in spite of",
     "Two clauses are contrasted, so the conjunction 'whereas' is right; the others need a noun."},
    {kAdvance, "{S} {vd} {O} calmly ____ the fact that {H}.", "despite", "although|because|however",
     "'The fact that' is a noun phrase, so the preposition 'despite' is right.",
     "nobody was there to help|time was short|the lights went out|the phone rang all the time"},
};

}  // namespace

absl::Span<const GrammarRule> LinkingRules() { return kRules; }

}  // namespace flowmesh::models
