#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "if {S} ____ {O} today, {C} will be {H}.", "{pres}", "will {v}|would {v}|had {vn}|{!pres}",
     "First conditional: 'if' takes the present simple when the main clause has 'will'.",
     "satisfied|happy|grateful|pleased"},
    {kBegin, "if {B} ____ {H4}, {S} will {v} {O}.", "{H}", "will {H2}|would {H2}|{H3}|{H2}",
     "First conditional: 'if' takes the present simple when the main clause has 'will'.",
     "agrees/agree/had agreed/to the plan|says/say/had said/yes|gives/give/had given/permission|asks/ask/had asked/for "
     "help|insists/insist/had insisted/on it|finds/find/had found/the time"},
    {kMiddle, "{S} will not {v} {O} unless {B} ____ {H4}.", "{H}", "will {H2}|would {H2}|{H3}|{H2}",
     "'Unless' means 'if not' and takes the present simple when the main clause has 'will'.",
     "agrees/agree/had agreed/to the plan|says/say/had said/yes|gives/give/had given/permission|asks/ask/had asked/for "
     "help|insists/insist/had insisted/on it|finds/find/had found/the time"},
    {kBegin, "if {S} {pres} {O} today, {C} ____ {H}.", "will be", "would be|would have been|was|had been",
     "First conditional: 'if' with the present simple ('{pres}') goes with 'will' in the main clause.",
     "satisfied|happy|grateful|pleased"},
    {kMiddle, "if {N} ____ more time today, {she} would {v} {O} {herself}.", "had", "has|would have|will have|having",
     "Second conditional: 'would' in the main clause goes with the past simple after 'if'."},
    {kMiddle, "if {N} were here now, {she} ____ {O} at once.", "would {v}", "will {v}|{vs}|had {vn}|{vd}",
     "Second conditional: 'if {N} were' describes an unreal present and goes with would + base form."},
    {kMiddle, "if I ____ you, I would {v} {O} before {Es}.", "were", "am|will be|would be|be",
     "Advice in the second conditional takes 'if I were you'."},
    {kMiddle, "{C} would be happier if {S} ____ {os} more often.", "{vd}", "will {v}|would {v}|{pres}|{has} {vn}",
     "Second conditional: 'would be' in the main clause goes with the past simple after 'if'.{routine}"},
    {kAdvance, "~if {S} ____ {O} in time, {C} would not have complained.", "had {vn}",
     "would have {vn}|{has} {vn}|would {v}|{pres}",
     "Third conditional: 'would not have complained' goes with the past perfect after 'if', had + participle."},
    {kAdvance, "~if {S} had {vn} {O} on time, {C} ____ last week.", "would not have complained",
     "would not complain|will not complain|had not complained|does not complain",
     "Third conditional: 'if ... had {vn}' and 'last week' describe an unreal past: would have + participle."},
    {kAdvance, "____ {S} {vn} {O} earlier, {C} would not have complained.", "had", "would|{has}|was|did",
     "Without 'if', the third conditional begins with 'Had' before the subject."},
    {kAdvance, "____ {B} {H2} {H4} tomorrow, {S} will {v} {O}.", "should", "will|would|does|is",
     "Without 'if', a possible future condition begins with 'Should' + subject + base form.",
     "agrees/agree/had agreed/to the plan|says/say/had said/yes|gives/give/had given/permission|asks/ask/had asked/for "
     "help|insists/insist/had insisted/on it|finds/find/had found/the time"},
    {kMiddle, "{H} {S} ____ {O} by Friday, {C} will be satisfied.", "{pres}", "will {v}|would {v}|had {vn}|{!pres}",
     "'{H}' works like 'if': present simple when the main clause has 'will'.",
     "provided that|on condition that|as long as|providing that"},
    {kMiddle, "{S2} would have {vn} {O} if {N} ____ them earlier.", "had {H}", "would have {H}|has {H}|would {H2}|{H3}",
     "Third conditional: 'would have {vn}' goes with the past perfect after 'if'.",
     "told/tell/tells|asked/ask/asks|reminded/remind/reminds|called/call/calls"},
    {kBegin, "{S} always {pres} {os} if {B} ____ {H4}.", "{H}", "will {H2}|would {H2}|{H3}|{H2}",
     "Zero conditional: what always happens takes the present simple in both clauses.{routine}",
     "says/say/had said/yes|gives/give/had given/permission|asks/ask/had asked/for this|insists/insist/had insisted/on "
     "it"},
    {kMiddle, "if it were possible to {v} {O} today, {C} ____ {H}.", "would be", "will be|is|has been|had been",
     "Second conditional: 'if it were' describes an unreal present and goes with 'would' in the main clause.",
     "satisfied|happy|grateful|pleased"},
    {kAdvance, "what ____ if {B} were not here {H}?", "would happen", "will happen|happens|has happened|had happened",
     "Second conditional: 'if {B} were' goes with 'would' in the main clause.", "today|tomorrow|next week|on Monday"},
    {kAdvance, "{N} would be less worried now if {she} ____ {O} yesterday.", "had {vn}",
     "has {vn}|would have {vn}|would {v}|{vs}",
     "Mixed conditional: an unreal condition in the past ('yesterday') takes the past perfect after 'if'."},
};

}  // namespace

absl::Span<const GrammarRule> ConditionalRules() { return kRules; }

}  // namespace flowmesh::models
