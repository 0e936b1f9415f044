#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// The simple past is never offered with "just", "already" or "yet": American English accepts it there.
constexpr GrammarRule kRules[] = {
    {kBegin, "~{S} ____ {O} {past}.", "{vd}", "{has} {vn}|{pres}|will {v}|{is} {ving}",
     "'{past}' names a finished time: past simple."},
    {kBegin, "so far this {H}, {S} ____ {n} {os}.", "{has} {vn}", "{pres}|{is} {ving}|will {v}|{!has} {vn}",
     "'So far this {H}' reaches up to the present: present perfect, have or has + participle.",
     "week|month|year|morning"},
    {kMiddle, "since {Ed}, {S} ____ {n} {os}.", "{has} {vn}", "{vd}|{pres}|will {v}|{is} {ving}",
     "'Since {Ed}' means from then until now: present perfect, have or has + participle."},
    {kMiddle, "this is the first time that {S} ____ {O}.", "{has} {vn}", "{!has} {vn}|had {vn}|{pres}|{was} {ving}",
     "'This is the first time that' takes the present perfect, have or has + participle."},
    {kBegin, "when ____ {S} {v} {O}?", "did", "{has}|{was}|{is}|have been",
     "'When' asks for a moment in the past, and the base form '{v}' needs the auxiliary 'did': past simple."},
    {kBegin, "____ {S} ever {vn} {O} before?", "{has}", "did|{does}|{is}|{!has}",
     "'Ever ... before' asks about the time until now: have or has + participle, agreeing with '{S}'."},
    {kBegin, "{N} ____ in this {L} since {H}.", "has worked", "works|worked|is working|work",
     "'Since {H}' means from then until now: present perfect, has + participle.",
     "2019|2021|last spring|January|last summer"},
    {kMiddle, "{N} ____ here for two years, but {she} left in {H}.", "worked",
     "has worked|works|is working|has been working", "{N} left in {H}, so the time is over: past simple.",
     "2020|2021|2022|2023"},
    {kMiddle, "over the past few {H}, {S} ____ {n} {os}.", "{has} {vn}", "{pres}|{is} {ving}|will {v}|{!has} {vn}",
     "'Over the past few {H}' reaches up to the present: present perfect, have or has + participle.",
     "days|weeks|months"},
    {kBegin, "{H}, {S} ____ {O}.", "{vd}", "{has} {vn}|{pres}|{is} {ving}|will {v}",
     "'{H}' names a finished time: past simple.", "last spring|last winter|three weeks ago|on Monday last week"},
    {kMiddle, "up to now, {S} ____ {n} {os}.", "{has} {vn}", "{pres}|{is} {ving}|will {v}|{!has} {vn}",
     "'Up to now' reaches up to the present: present perfect, have or has + participle."},
    {kMiddle, "{N} ____ {O} when {she} was new in the {L}.", "{vd}", "has {vn}|{vs}|will {v}|is {ving}",
     "'When {she} was new' is a finished time: past simple."},
    {kMiddle, "how long ago ____ {S} {v} {O}?", "did", "{has}|{was}|{is}|have been",
     "'Ago' counts back to a finished moment, and the base form '{v}' needs 'did': past simple."},
    {kMiddle, "{S} {has} not {vn} {O} ____ {H}.", "since", "ago|while|when",
     "With the present perfect, 'since' names the starting point '{H}'.",
     "last Monday|Tuesday|last October|the beginning of the year"},
    {kMiddle, "{S} {vd} {O} {H} weeks ____.", "ago", "since|for|from now|lately",
     "The past simple with an amount of time counted back from now takes 'ago'.", "two|three|five|six"},
    {kAdvance, "~this is the {H} time this month that {N} ____ {O}.", "has {vn}", "have {vn}|had {vn}|{vs}|was {ving}",
     "'This is the {H} time' takes the present perfect.", "second|third|fourth"},
};

}  // namespace

absl::Span<const GrammarRule> PastRules() { return kRules; }

}  // namespace flowmesh::models
