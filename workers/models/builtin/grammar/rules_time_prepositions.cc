#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "~{S} {vd} {O} ____ {H}.", "at", "on|in|of|since", "Clock times take 'at': 'at {H}'.",
     "9 a.m.|noon|half past two|6 p.m.|midnight"},
    {kBegin, "~{S} {vd} {O} ____ {H}.", "on", "at|in|of|since", "Days and dates take 'on': 'on {H}'.",
     "Monday|Friday morning|1 May|Tuesday afternoon|30 September|Wednesday evening"},
    {kBegin, "~{S} {vd} {O} ____ {H}.", "in", "at|on|of|since", "Months, seasons and years take 'in': 'in {H}'.",
     "March|July|2021|the spring|October|2019"},
    {kBegin, "{S} usually {pres} {os} ____ {H}.", "in", "at|on|of|since",
     "Parts of the day take 'in' ('at night' is the exception): 'in {H}'.{routine}",
     "the morning|the afternoon|the evening"},
    {kBegin, "{S} never {pres} {os} ____ night.", "at", "on|in|of|since", "The fixed phrase is 'at night'.{routine}"},
    {kMiddle, "{S2} have worked in this {L} ____ {H}.", "since", "for|while|at|ago",
     "With the present perfect, 'since' names the starting point: 'since {H}'.", "2019|last spring|January|Monday"},
    {kMiddle, "{S2} have worked in this {L} ____ {H}.", "for", "since|during|from|at",
     "With the present perfect, 'for' names the length of time: 'for {H}'.",
     "three years|two months|a long time|six weeks"},
    {kMiddle, "{N} {vd} {O} ____ the lunch break.", "during", "while|since|between|when",
     "'During' is the preposition for a period named by a noun; 'while' and 'when' need a clause."},
    {kMiddle, "please {v} {O} ____ {H} at the latest.", "by", "until|since|during|from",
     "'By' means not later than; 'until' would mean the whole time up to then.",
     "Friday|noon|next Monday|tomorrow evening"},
    {kMiddle, "{N} waited ____ {H} and then went home.", "until", "by|since|to|in",
     "'Until' names the end of a period: {N} waited the whole time up to {H}.",
     "five o'clock|noon|six o'clock|midnight"},
    {kBegin, "the {L} is open from {H} ____ {H2}.", "to", "at|for|since|in",
     "A period is given with 'from ... to ...'.", "nine/five|eight/four|ten/six|seven/noon|Monday/Friday"},
    {kMiddle, "{S} will {v} {O} ____ {H} time.", "in", "on|at|since|by",
     "'In' with a length of time and 'time' says how long from now something happens.",
     "ten minutes'|two weeks'|an hour's|three days'"},
    {kBegin, "the meeting with {B} takes place ____ {H}.", "on", "at|in|of|since",
     "Days and dates take 'on': 'on {H}'.", "Monday|Thursday morning|12 June|Friday|1 March"},
    {kBegin, "the meeting with {B} starts ____ {H}.", "at", "on|in|of|during", "Clock times take 'at': 'at {H}'.",
     "10 a.m.|noon|half past four|3 p.m."},
    {kMiddle, "~{S} {vd} {O} ____ {H}.", "at", "on|in|of|while", "Moments of the day take 'at': 'at {H}'.",
     "lunchtime|breakfast time|teatime|closing time"},
    {kAdvance, "~{S} {vd} {O} ____ the {H}.", "on", "at|of|since|while",
     "A part of a certain day takes 'on', as the day itself does: 'on the {H}'.",
     "morning of 12 June|evening of 1 May|afternoon of 30 September|first day of the month|last day of the year"},
    {kAdvance, "{S} {vd} {O} ____ the same time as {T} {wd} {P}.", "at", "on|of|since|to",
     "The fixed phrase is 'at the same time as'."},
    {kAdvance, "{N} had {vn} {n} {os} ____ the end of {H}.", "by", "until|since|on|while",
     "'By' with the past perfect means not later than; 'until' would mean the whole time up to then.",
     "May|the first week|the morning|the year"},
    {kMiddle, "{N} is going to {v} {O} ____ {H}.", "on", "at|of|since|while",
     "Days and dates take 'on', also in the future: 'on {H}'.", "Monday|3 March|Friday evening|12 June"},
    {kMiddle, "{S2} have been {ving} {os} ____ {H}.", "since", "for|while|at|ago",
     "With the present perfect, 'since' names the starting point: 'since {H}'.{routine}",
     "nine o'clock|this morning|Tuesday|the beginning of May"},
};

}  // namespace

absl::Span<const GrammarRule> TimePrepositionRules() { return kRules; }

}  // namespace flowmesh::models
