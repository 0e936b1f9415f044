#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "how ____ {os} are on the list?", "many", "much|a lot of|little",
     "'{os}' can be counted, so the question is 'how many'."},
    {kBegin, "how ____ {m} do {T} need?", "much", "many|a lot of|few",
     "'{m}' cannot be counted, so the question is 'how much'."},
    {kBegin, "{N} thinks that there are too ____ {os} on the list.", "many", "much|a lot of|little",
     "'{os}' can be counted, so it is 'too many'."},
    {kBegin, "there is not ____ {m} left for the others.", "much", "many|few|several",
     "'{m}' cannot be counted, so it is 'not much'."},
    {kMiddle, "there is very ____ {m} left, so {N} must not waste any.", "little", "few|a few|many",
     "'{m}' cannot be counted; a small quantity is 'very little'."},
    {kMiddle, "very ____ {ss} know how to {v} {os}.", "few", "little|a few|much",
     "'{ss}' can be counted; a small number is 'very few'."},
    {kMiddle, "only a ____ {ss} know how to {v} {os}.", "few", "little|many|much", "'{ss}' can be counted: 'a few'."},
    {kMiddle, "{N} needs just a ____ more {m}.", "little", "few|many|much", "'{m}' cannot be counted: 'a little'."},
    {kAdvance, "a great ____ of {m} was wasted by {T}.", "deal", "number|many|few",
     "'{m}' cannot be counted: 'a great deal of'; 'a number of' needs a plural."},
    {kAdvance, "a large ____ of {os} are still on the list.", "number", "deal|much|little",
     "'{os}' can be counted: 'a large number of' with a plural verb."},
    {kBegin, "there is not ____ {m} left for {N}.", "any", "some|no|many", "After 'not' stands 'any'."},
    {kBegin, "{S} {has} not {vn} ____ {os} today.", "any", "no|none|much", "After 'not' stands 'any'."},
    {kBegin, "____ {s} has to {v} {os} {habit}.", "every", "all|both|many",
     "The singular '{s} has' goes with 'every'; all, both and many need a plural."},
    {kBegin, "____ {ss} have to {v} {os} {habit}.", "all", "every|each|much",
     "The plural '{ss} have' goes with 'all'; every and each need a singular."},
    {kMiddle, "{N} looked at two {xs}, but ____ of them was good enough.", "neither", "both|all|every",
     "'Two' and the singular 'was' with a negative meaning: 'neither'."},
    {kAdvance, "hardly ____ {ss} came to the meeting with {B}.", "any", "some|no|few",
     "'Hardly' is negative, so 'any' follows."},
    {kMiddle, "____ {ss} prefer to {v} {os} in the morning.", "most", "most of|the most|almost of",
     "'Most' stands directly before a noun without 'the'; 'most of' needs 'the'.{routine}"},
    {kMiddle, "there were ____ {H} this month than last month.", "fewer", "few|little|much",
     "'Than' needs the comparative, and the plural '{H}' takes 'fewer'.",
     "complaints|mistakes|delays|accidents|visitors"},
    {kBegin, "{N} has ____ friends in the {L}, so {she} is never alone there.", "many", "much|a lot|any",
     "'Friends' can be counted: 'many'."},
    {kMiddle, "____ of the {ss} wants to {v} {O} alone.", "none", "all|both|several",
     "The singular 'wants' goes with 'none'; all, both and several need a plural."},
    {kAdvance, "there is hardly ____ {m} left for {N}.", "any", "some|no|many",
     "'Hardly' is negative, so 'any' follows."},
};

}  // namespace

absl::Span<const GrammarRule> QuantifierRules() { return kRules; }

}  // namespace flowmesh::models
