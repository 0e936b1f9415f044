#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "{N} {vs} {os} {habit}, ____?", "doesn't {she}", "does {she}|isn't {she}|don't {she}|hasn't {she}",
     "A positive sentence takes a negative tag; the present simple '{vs}' takes 'does'."},
    {kBegin, "{N} is {ving} {O} now, ____?", "isn't {she}", "is {she}|doesn't {she}|wasn't {she}|isn't {!she}",
     "A positive sentence with 'is' takes the tag 'isn't' and the pronoun of '{N}'."},
    {kBegin, "{S2} {vd} {O} {past}, ____?", "didn't they", "did they|don't they|weren't they|haven't they",
     "A positive sentence takes a negative tag; the past simple '{vd}' takes 'did'."},
    {kBegin, "{S2} have already {vn} {O}, ____?", "haven't they", "have they|didn't they|hadn't they|aren't they",
     "A positive sentence with the auxiliary 'have' takes the tag 'haven't'."},
    {kMiddle, "{S2} had never {vn} {O} before, ____?", "had they", "hadn't they|did they|have they|didn't they",
     "'Never' makes the sentence negative, so the tag is positive: 'had they'."},
    {kMiddle, "nobody {vd} {O} {past}, ____?", "did they", "didn't they|don't they|have they|weren't they",
     "'Nobody' makes the sentence negative, so the tag is positive, with 'they' and 'did' for the past simple."},
    {kMiddle, "let's {v} {O} before {Es}, ____?", "shall we", "do we|don't we|won't we|are we",
     "The tag of 'let's' is 'shall we'."},
    {kBegin, "{N} will {v} {O} tomorrow, ____?", "won't {she}", "will {she}|doesn't {she}|isn't {she}|willn't {she}",
     "A positive sentence with 'will' takes the tag 'won't'."},
    {kBegin, "{N} can {v} {os} alone, ____?", "can't {she}", "can {she}|doesn't {she}|isn't {she}|can't {!she}",
     "A positive sentence with 'can' takes the tag 'can't'."},
    {kMiddle, "I am right about {O}, ____?", "aren't I", "am I|isn't it|don't I|am not I",
     "The tag of 'I am' is 'aren't I'."},
    {kMiddle, "there is a problem with {O}, ____?", "isn't there", "isn't it|is there|doesn't there|aren't they",
     "'There is' keeps 'there' in the tag: 'isn't there'."},
    {kMiddle, "everybody in the {L} knows {N}, ____?", "don't they", "do they|aren't they|isn't it|haven't they",
     "'Everybody' takes 'they' in the tag, and 'knows' takes 'do': 'don't they'."},
    {kAdvance, "{S2} hardly ever {v} {os}, ____?", "do they", "don't they|are they|have they|aren't they",
     "'Hardly ever' makes the sentence negative, so the tag is positive: 'do they'.{routine}"},
    {kAdvance, "{N} would rather {v} {O} tomorrow, ____?", "wouldn't {she}",
     "would {she}|hadn't {she}|won't {she}|doesn't {she}",
     "A positive sentence with 'would' takes the tag 'wouldn't'."},
    {kMiddle, "please {v} {O} before {Es}, ____?", "will you", "do you|are you|don't you|shall you",
     "The tag of a request is 'will you'."},
    {kMiddle, "{N} used to {v} {os}, ____?", "didn't {she}", "did {she}|wasn't {she}|doesn't {she}|isn't {she}",
     "'Used to' is a past form, so the tag takes 'did': 'didn't {she}'.{routine}"},
    {kBegin, "{S2} are not {ving} {O} now, ____?", "are they", "aren't they|do they|were they|don't they",
     "A negative sentence with 'are' takes the positive tag 'are they'."},
    {kBegin, "the new {x} is very {adj}, ____?", "isn't it", "is it|doesn't it|aren't they|wasn't it",
     "A positive sentence with 'is' takes the tag 'isn't', and a thing takes 'it'."},
    {kAdvance, "nothing has gone wrong with {O}, ____?", "has it", "hasn't it|have they|did it|isn't it",
     "'Nothing' makes the sentence negative and takes 'it', so the tag is 'has it'."},
    {kAdvance, "{N} seldom {vs} {os}, ____?", "does {she}", "doesn't {she}|is {she}|has {she}|isn't {she}",
     "'Seldom' makes the sentence negative, so the tag is positive: 'does {she}'.{routine}"},
};

}  // namespace

absl::Span<const GrammarRule> QuestionTagRules() { return kRules; }

}  // namespace flowmesh::models
