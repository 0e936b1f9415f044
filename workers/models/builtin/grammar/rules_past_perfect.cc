#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// Where the simple past would pass too ("by the time", "before", "after"), it is not offered.
constexpr GrammarRule kRules[] = {
    {kMiddle, "~by the time {Ed}, {S} ____ {O}.", "had {vn}", "{has} {vn}|will have {vn}|will {v}|{is} {ving}|{pres}",
     "'By the time' with the past ('{Ed}') points to an action that was complete before: past perfect, had + "
     "participle."},
    {kMiddle, "~{S} ____ {O} long before {Ed}.", "had {vn}", "{has} {vn}|will have {vn}|{pres}|will {v}",
     "'Long before {Ed}' places the action before another past one: past perfect, had + participle."},
    {kMiddle, "when {Ed}, {S} ____ {O}, so there was nothing left to do.", "had already {vn}",
     "{has} already {vn}|will already have {vn}|{is} already {ving}|already {pres}",
     "There was nothing left to do, so the action was complete before the past moment 'when {Ed}': past perfect."},
    {kMiddle, "~until {Ed}, nobody ____ {O}.", "had {vn}", "has {vn}|will have {vn}|{vs}|is {ving}",
     "'Until {Ed}' looks back from a past moment at the time before it: past perfect, had + participle."},
    {kAdvance, "no sooner ____ {O} than {Ed}.", "had {S} {vn}",
     "{S} had {vn}|{has} {S} {vn}|{S} {has} {vn}|will {S} have {vn}",
     "After 'No sooner' at the beginning, the auxiliary stands before the subject, and the earlier of two past actions "
     "takes the past perfect: had + subject + participle."},
    {kAdvance, "hardly ____ {O} when {Ed}.", "had {S} {vn}",
     "{S} had {vn}|{has} {S} {vn}|{S} {has} {vn}|will {S} have {vn}",
     "After 'Hardly' at the beginning, the auxiliary stands before the subject, and the earlier of two past actions "
     "takes "
     "the past perfect: had + subject + participle."},
    {kMiddle, "~it was the first time that {S} ____ {O}.", "had {vn}", "{has} {vn}|{pres}|will have {vn}|{is} {ving}",
     "'It was the first time that' takes the past perfect ('it is the first time that' would take the present "
     "perfect)."},
    {kMiddle, "~{Ed} only after {S} ____ {O}.", "had {vn}", "{has} {vn}|will have {vn}|{pres}|{is} {ving}",
     "'Only after' makes this action the earlier of two in the past: past perfect, had + participle."},
    {kMiddle, "the report by {B} stated that {S} ____ {O} before {Ed}.", "had {vn}",
     "{has} {vn}|will have {vn}|{pres}|will {v}",
     "The report looks back from the past ('stated') at something even earlier ('before {Ed}'): past perfect."},
    {kMiddle, "{N} realised that {S} ____ {O} the day before.", "had {vn}", "{has} {vn}|{pres}|will {v}|would {v}",
     "'The day before' is earlier than the past moment of 'realised': past perfect, had + participle."},
    {kAdvance, "the problem occurred because {S} ____ {O} the week before.", "had not {vn}",
     "{has} not {vn}|{does} not {v}|will not {v}|would not {v}",
     "'The week before' is earlier than the past moment of 'occurred': past perfect, had not + participle."},
    {kMiddle, "after {S} ____ {O}, {N} informed {C}.", "had {vn}", "{has} {vn}|will have {vn}|{is} {ving}|{!has} {vn}",
     "'After' with a main clause in the past ('informed') marks the earlier action: past perfect, had + participle."},
    {kBegin, "{N} was calm because {she} ____ {O} the night before.", "had {vn}", "has {vn}|{vs}|will {v}|is {ving}",
     "'The night before' is earlier than 'was calm': past perfect, had + participle."},
    {kMiddle, "~by the end of {H}, {S} ____ {n} {os}.", "had {vn}", "{has} {vn}|will have {vn}|will {v}|{pres}",
     "'By the end of {H}' names a moment in the past by which something was complete: past perfect, had + participle.",
     "last week|last month|last year|the previous day"},
    {kAdvance, "~{S2} told {B} that they ____ {O} two days earlier.", "had {vn}",
     "have {vn}|will {v}|would {v}|will have {vn}",
     "'Two days earlier' is before the past moment of 'told': past perfect, had + participle."},
};

}  // namespace

absl::Span<const GrammarRule> PastPerfectRules() { return kRules; }

}  // namespace flowmesh::models
