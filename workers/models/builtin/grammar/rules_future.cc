#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "{H} {E} ____{Er}, {S} will {v} {O}.", "{es}", "will {eb}|is going to {eb}|would {eb}|will have {en}|{ed}",
     "In a time clause after '{H}' the future is expressed with the present simple; only the main clause takes 'will'.",
     "as soon as|when|once|after"},
    {kBegin, "{S} will {v} {O} {H} {E} ____{Er}.", "{es}", "will {eb}|is going to {eb}|would {eb}|will have {en}|{ed}",
     "In a time clause after '{H}' the future is expressed with the present simple; only the main clause takes 'will'.",
     "as soon as|when|once|before"},
    {kMiddle, "by {H}, {S} ____ {O}.", "will have {vn}", "{has} {vn}|had {vn}|{vd}|{pres}",
     "'By {H}' names a moment in the future by which something will be complete: future perfect, will have + "
     "participle.",
     "next Friday|the end of next week|this time next month|the end of next year"},
    {kMiddle, "{H}, {S} ____ {O}.", "will be {ving}", "{pres}|{has} {vn}|{vd}|had {vn}",
     "'{H}' names a moment in the future at which something will be in progress: future continuous, will be + -ing.",
     "this time tomorrow|this time next week|this time next Monday"},
    {kBegin, "~{S} ____ {O} {H}.", "will {v}", "{vd}|{has} {vn}|will to {v}|will {ving}",
     "'{H}' is in the future: will + base form, without 'to'.", "tomorrow morning|next week|next Tuesday|next month"},
    {kBegin, "~{S} {is} going ____ {O} {H}.", "to {v}", "{v}|{ving}|to {ving}|for {v}",
     "A plan for '{H}' takes 'be going to' + base form.", "tomorrow|next week|next month|this evening"},
    {kMiddle, "by the time {E} ____{Er}, {S} will have {vn} {O}.", "{es}", "will {eb}|will have {en}|{ed}|would {eb}",
     "'By the time' begins a time clause: present simple for the future, while the main clause takes the future "
     "perfect."},
    {kMiddle, "{S} will not {v} {O} until {E} ____{Er}.", "{es}",
     "will {eb}|is going to {eb}|would {eb}|will have {en}",
     "In a time clause after 'until' the future is expressed with the present simple."},
    {kAdvance, "{S} {is} {H} ____ {O} at noon tomorrow.", "to {v}", "{v}|{ving}|to {ving}|for {v}",
     "'Be {H} to' speaks about the future and takes the base form after 'to'.", "due|certain|likely|unlikely|sure"},
    {kMiddle, "do not worry: {S} ____ {O} before {Es}.", "will {v}", "{vd}|had {vn}|will to {v}|will {ving}",
     "A promise about the future takes will + base form; '{Es}' after 'before' is future too."},
    {kAdvance, "{N} will call {C} after {she} ____ {O}.", "has {vn}", "will {v}|will have {vn}|would {v}|had {vn}",
     "In a time clause after 'after' the present perfect expresses what will be complete by then; 'will' stays in the "
     "main clause."},
    {kMiddle, "{N} will be away {H}, so {N2} ____ {O} then.", "will {v}", "{vd}|has {vn}|will to {v}|will {ving}",
     "'Then' means {H}: will + base form, without 'to'.", "tomorrow|next Monday|next week"},
    {kAdvance, "{S} {is} about ____ {O}; please wait.", "to {v}", "{ving}|{v}|to {ving}|for {ving}",
     "'Be about to' + base form speaks of the very near future."},
    {kAdvance, "by the time {Es}, {S} ____ {O}.", "will have {vn}", "had {vn}|{has} {vn}|{vd}|{pres}",
     "'By the time {Es}' is a future moment: what is complete by then takes the future perfect, will have + "
     "participle."},
};

}  // namespace

absl::Span<const GrammarRule> FutureRules() { return kRules; }

}  // namespace flowmesh::models
