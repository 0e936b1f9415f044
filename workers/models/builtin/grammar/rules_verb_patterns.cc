#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// Verbs that take both patterns (begin, like, start, remember, stop, try, help) are left out.
constexpr GrammarRule kRules[] = {
    {kBegin, "~{S} {H} ____ {O}.", "{ving}", "to {v}|{v}|to {ving}|{vd}",
     "The verb '{H}' is followed by the gerund (-ing), never by the infinitive.",
     "avoided|finished|suggested|recommended|considered|postponed|delayed|practised|gave up|put off|discussed|resumed|"
     "carried on"},
    {kMiddle, "{N} is looking forward to ____ {O}.", "{ving}", "{v}|be {ving}|have {vn}|{vd}",
     "In 'look forward to', 'to' is a preposition, so the gerund (-ing) follows."},
    {kMiddle, "{N} {H} ____ {os} {habit}.", "{ving}", "{v}|{vd}|be {ving}|have {vn}",
     "In '{H}', 'to' is a preposition, so the gerund (-ing) follows.",
     "is accustomed to|got used to|objected to|is committed to"},
    {kBegin, "{S} left the {L} without ____ {O}.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "After the preposition 'without' the verb takes the gerund (-ing)."},
    {kMiddle, "{N} pleased {C} by ____ {O}.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "After the preposition 'by' the verb takes the gerund (-ing)."},
    {kMiddle, "before ____ {O}, {N} spoke to {B}.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Before' without a subject of its own is a preposition, and the verb after it takes the gerund (-ing)."},
    {kMiddle, "{N} apologised for not ____ {O} on time.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "After the preposition 'for' (also before 'not') the verb takes the gerund (-ing)."},
    {kMiddle, "{B} thanked {S} for ____ {O} so quickly.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Thank somebody for' ends in a preposition, so the gerund (-ing) follows."},
    {kMiddle, "~{S} succeeded in ____ {O}.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Succeed in' ends in a preposition, so the gerund (-ing) follows."},
    {kMiddle, "{N} insisted on ____ {O} without help.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Insist on' ends in a preposition, so the gerund (-ing) follows."},
    {kMiddle, "instead of ____ {O}, {S} called {B}.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Instead of' ends in a preposition, so the gerund (-ing) follows."},
    {kAdvance, "there is no point in ____ {O} before {Es}.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'There is no point in' ends in a preposition, so the gerund (-ing) follows."},
    {kAdvance, "~{S} had difficulty ____ {O} alone.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Have difficulty' is followed by the gerund (-ing)."},
    {kMiddle, "{N} spent two hours ____ {O}.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Spend' with an amount of time is followed by the -ing form."},
    {kMiddle, "would you mind ____ {O} before {Es}?", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Mind' is followed by the gerund (-ing)."},
    {kAdvance, "{B} accused {S} of ____ {O} without permission.", "{ving}", "to {v}|{v}|{vd}|to {ving}",
     "'Accuse somebody of' ends in a preposition, so the gerund (-ing) follows."},
    {kBegin, "~{S} {H} ____ {O}.", "to {v}", "{ving}|{v}|to {ving}|{vd}",
     "The verb '{H}' is followed by the infinitive with 'to', never by the gerund.",
     "decided|agreed|refused|managed|offered|promised|hoped|failed|arranged|hesitated|volunteered|pretended|wanted"},
    {kMiddle, "~{B} {H} {S} ____ {O} at once.", "to {v}", "{ving}|{v}|{vd}|to {ving}",
     "The pattern is '{H} somebody to do something': the infinitive with 'to' follows the object.",
     "asked|told|advised|ordered|encouraged|persuaded|allowed|reminded|instructed"},
    {kMiddle, "it was {H} of {N} ____ {O} so quickly.", "to {v}", "{ving}|{v}|{vd}|to {ving}",
     "The pattern is 'it was {H} of somebody to do something': infinitive with 'to'.",
     "kind|wise|thoughtful|sensible|generous"},
    {kMiddle, "{N} was not experienced enough ____ {O} alone.", "to {v}", "{ving}|{v}|{vd}|to {ving}",
     "An adjective with 'enough' is followed by the infinitive with 'to'."},
    {kBegin, "{N} came to the {L} ____ {O}.", "to {v}", "for {v}|{v}|{vd}|for to {v}",
     "The infinitive with 'to' says for what purpose somebody does something."},
    {kMiddle, "{B} made {S} ____ {O} again.", "{v}", "to {v}|{ving}|{vd}|to {ving}",
     "'Make somebody do something' takes the bare infinitive, without 'to'."},
    {kMiddle, "{B} let {S} ____ {O} on {H}.", "{v}", "to {v}|{ving}|{vd}|to {ving}",
     "'Let somebody do something' takes the bare infinitive, without 'to'.", "Monday|Tuesday|Friday|Saturday"},
    {kMiddle, "{S} had better ____ {O} before {Es}.", "{v}", "to {v}|{ving}|{vd}|to {ving}",
     "'Had better' is followed by the bare infinitive, without 'to'."},
    {kAdvance, "{N} would rather ____ {O} today than tomorrow.", "{v}", "to {v}|{ving}|{vd}|to {ving}",
     "'Would rather' with the same subject is followed by the bare infinitive, without 'to'."},
    {kAdvance, "{S} {was} made ____ {O} again.", "to {v}", "{v}|{ving}|{vd}|to {ving}",
     "'Make' takes the bare infinitive in the active voice, but the infinitive with 'to' in the passive."},
};

}  // namespace

absl::Span<const GrammarRule> VerbPatternRules() { return kRules; }

}  // namespace flowmesh::models
