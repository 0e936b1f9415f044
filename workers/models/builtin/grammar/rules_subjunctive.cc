#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// The main clause stands in the past wherever the indicative present is offered: British English accepts "it is
// essential that he restarts", but nobody accepts it after "was".
constexpr GrammarRule kRules[] = {
    {kMiddle, "~{B} {H} that {S1} ____ {O} immediately.", "{v}", "{vs}|will {v}|to {v}|{ving}|has {vn}",
     "After '{H} that', formal English uses the subjunctive: the base form for every subject, here '{v}' without -s.",
     "demanded|requested|proposed|recommended|ordered|urged"},
    {kAdvance, "~{B} {H} that {O} ____ as soon as possible.", "be {vn}",
     "is {vn}|will be {vn}|to be {vn}|being {vn}|has been {vn}",
     "After '{H} that', formal English uses the subjunctive, in the passive 'be' + participle for every subject.",
     "demanded|requested|proposed|recommended|ordered|asked"},
    {kMiddle, "it was {H} that {S1} ____ {O} on time.", "{v}", "{vs}|will {v}|to {v}|{ving}|has {vn}",
     "After 'it was {H} that', formal English uses the subjunctive: the base form, here '{v}' without -s.",
     "essential|vital|crucial|imperative|necessary"},
    {kAdvance, "it is {H} that {O} ____ before {Es}.", "be {vn}", "to be {vn}|being {vn}|been {vn}|to have been {vn}",
     "After 'it is {H} that', formal English uses the subjunctive, in the passive 'be' + participle.",
     "essential|vital|crucial|imperative|necessary|desirable"},
    {kAdvance, "~{B} {H} that {S1} ____ {O} without permission.", "not {v}",
     "does not {v}|not to {v}|will not {v}|not {ving}|is not {ving}",
     "The negative of the subjunctive after '{H} that' is 'not' + base form, without 'do'.",
     "demanded|requested|proposed|recommended|ordered"},
    {kAdvance, "{B}'s {H} is that {S1} ____ {O} this week.", "{v}", "to {v}|{ving}|having {vn}|to have {vn}",
     "After a noun like '{H}' with 'that', formal English uses the subjunctive: the base form.",
     "recommendation|request|demand|proposal|requirement"},
    {kAdvance, "we respectfully request that {S1} ____ {O} by {H}.", "{v}",
     "to {v}|{ving}|has {vn}|to have {vn}|is {ving}",
     "'Request that' in a formal letter takes the subjunctive: the base form, without -s and without 'to'.",
     "Monday|Wednesday|Friday|the end of May|the end of the week"},
    {kAdvance, "the rules require that every {o} ____ by {B}.", "be {vn}",
     "to be {vn}|being {vn}|been {vn}|having been {vn}",
     "After 'require that', formal English uses the subjunctive, in the passive 'be' + participle."},
    {kMiddle, "~{B} {H} that {N} ____ present at the next meeting.", "be", "is|will be|being|to be|has been",
     "After '{H} that', the subjunctive of 'be' is 'be' for every subject.",
     "requested|demanded|recommended|asked|proposed"},
    {kMiddle, "~{B} {H} that everybody ____ the {L} at once.", "{H2}", "{H3}|will {H2}|to {H2}|{H4}",
     "After '{H} that', formal English uses the subjunctive: the base form '{H2}', without -s.",
     "demanded/leave/leaves/leaving|ordered/leave/leaves/leaving|requested/enter/enters/entering|recommended/avoid/"
     "avoids/avoiding"},
    {kAdvance, "{B} accepted the {H} that {O} ____ at once.", "be {vn}",
     "to be {vn}|being {vn}|been {vn}|having been {vn}",
     "After the noun '{H}' with 'that', formal English uses the subjunctive, in the passive 'be' + participle.",
     "recommendation|request|demand|proposal|suggestion"},
    {kAdvance, "it was {H} that no {s} ____ {O} alone.", "{v}", "{vs}|will {v}|to {v}|{ving}|has {vn}",
     "After 'it was {H} that', the subjunctive is the base form also with a negative subject: 'no {s} {v}'.",
     "essential|vital|crucial|imperative"},
    {kAdvance, "{S} worked quietly lest {C} ____ disturbed.", "be", "being|to be|been|is",
     "'Lest' means 'so that ... not' and takes the subjunctive: 'be' for every subject."},
    {kAdvance, "it is high time that {S1} ____ {O}.", "{vd}", "will {v}|has {vn}|{ving}|to {v}",
     "'It is high time that' takes the past subjunctive, which looks like the past simple."},
    {kMiddle, "{N} wishes that {she} ____ {O} {H}.", "had {vn}", "has {vn}|will {v}|{vs}|to have {vn}",
     "'Wish that' about the past ('{H}') takes the form of the past perfect: had + participle.",
     "yesterday|last week|last month"},
    {kAdvance, "{B} behaves as though {N} ____ the new {H}, but {N} is not.", "were", "be|has been|being|will be",
     "'As though' with something unreal takes the past subjunctive 'were' for every subject.",
     "boss|chairperson|owner|trainee"},
};

}  // namespace

absl::Span<const GrammarRule> SubjunctiveRules() { return kRules; }

}  // namespace flowmesh::models
