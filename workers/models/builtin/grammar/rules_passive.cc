#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// The agent is always named with "by": without it many verbs could stand in the active voice ("the server restarts").
constexpr GrammarRule kRules[] = {
    {kBegin, "~{O} ____ by {S} {past}.", "was {vn}", "has {vn}|was {ving}|is {vn}|{vd}|were {vn}",
     "'By {S}' names who did it, so the verb is passive; '{past}' asks for the past: was + participle."},
    {kBegin, "{os} ____ by {S} {habit}.", "are {vn}", "are {ving}|is {vn}|{v}|have {vn}",
     "'By {S}' names who does it, so the verb is passive; '{habit}' asks for the present: are + participle."},
    {kMiddle, "~{O} ____ by {S} {H} since {Ed}.", "has been {vn}", "has {vn}|is {vn}|was {ving}|have been {vn}",
     "'By {S}' makes it passive, and 'since' asks for the present perfect: has been + participle.",
     "twice|three times|several times"},
    {kMiddle, "{O} must ____ by {S} before {Es}.", "be {vn}", "{v}|be {ving}|been {vn}|to be {vn}",
     "After a modal verb the passive is be + participle; 'by {S}' names who does it."},
    {kMiddle, "at the moment, {O} ____ by {S}.", "is being {vn}", "is {ving}|being {vn}|is been {vn}|are being {vn}",
     "'At the moment' with 'by {S}' asks for the passive of the present continuous: is being + participle."},
    {kMiddle, "{O} ____ by {S} {H}.", "will be {vn}", "will {v}|will be {ving}|will been {vn}|was {vn}",
     "'{H}' is in the future and 'by {S}' makes it passive: will be + participle.",
     "tomorrow morning|next week|next Monday"},
    {kMiddle, "when {Ed}, {O} ____ by {S}.", "was being {vn}", "was {ving}|is being {vn}|being {vn}|were being {vn}",
     "Something was in progress when something else happened, and 'by {S}' makes it passive: was being + participle."},
    {kAdvance, "~by the time {Ed}, {O} ____ by {S}.", "had been {vn}",
     "had {vn}|has been {vn}|was been {vn}|had being {vn}",
     "'By the time {Ed}' asks for the past perfect and 'by {S}' for the passive: had been + participle."},
    {kAdvance, "~{O} should have ____ by {S} last week.", "been {vn}", "be {vn}|being {vn}|{vn}|was {vn}",
     "After 'should have' the passive is been + participle; 'by {S}' names who was to do it."},
    {kAdvance, "{C} expects {O} ____ by {S} before {H}.", "to be {vn}", "to {v}|be {vn}|being {vn}|to being {vn}",
     "'Expect something' takes the infinitive, and 'by {S}' makes it passive: to be + participle.",
     "Monday|Friday|noon|the end of the month"},
    {kAdvance, "{B} is going to have {O} ____ by {S}.", "{vn}", "{v}|{ving}|to {v}|be {vn}",
     "'Have something done': the participle follows the object when others do the work."},
    {kBegin, "____ {O} {vn} by {S} {past}?", "was", "did|has|is|were",
     "'By {S}' makes it passive and '{past}' asks for the past: was + subject + participle."},
    {kBegin, "{O} was {vn} ____ {S}.", "by", "of|at|since|during",
     "In a passive sentence 'by' names who does the action."},
    {kMiddle, "when ____ {Os} last {vn} by {S}?", "were", "did|was|has|do",
     "'By {S}' makes it passive; the plural subject '{Os}' takes 'were' + participle."},
    {kMiddle, "{O} has not ____ by {S} yet.", "been {vn}", "{vn}|being {vn}|be {vn}|was {vn}",
     "'By {S}' makes it passive; after 'has not' it is been + participle."},
    {kMiddle, "{O} can easily ____ by {S} alone.", "be {vn}", "{v}|be {ving}|been {vn}|to be {vn}",
     "After a modal verb the passive is be + participle; 'by {S}' names who does it."},
    {kMiddle, "{N} had {her} {H} ____ last week.", "{H2}", "{H3}|{H4}|to {H3}|been {H2}",
     "'Have something done': the participle follows the object when others do the work, here '{H2}'.",
     "car/repaired/repair/repairing|windows/cleaned/clean/cleaning|passport/renewed/renew/renewing|kitchen/painted/"
     "paint/painting|watch/mended/mend/mending"},
    {kBegin, "{C} ____ the key to the {L} by {S} {past}.", "was {H}", "{H2}|has {H}|was {H3}|{H4}",
     "'By {S}' names who did it, so the verb is passive: was + participle.",
     "given/gave/giving/gives|shown/showed/showing/shows|sent/sends/sending/send"},
    {kAdvance, "{B} is {H} ____ {O} {past}.", "to have {vn}", "having {vn}|have {vn}|that has {vn}|to having {vn}",
     "'Be {H}' is followed by the infinitive, and '{past}' makes it the perfect one: to have + participle.",
     "said|reported|believed|known|thought"},
};

}  // namespace

absl::Span<const GrammarRule> PassiveRules() { return kRules; }

}  // namespace flowmesh::models
