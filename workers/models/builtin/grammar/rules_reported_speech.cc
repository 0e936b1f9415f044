#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// The report is always of the past, with a time that has moved ("the day before"): where the words may still be true,
// the tense need not shift.
constexpr GrammarRule kRules[] = {
    {kMiddle, "last week, {N} told us that {she} ____ {O} the following day.", "would {v}",
     "will {v}|will have {vn}|{vs}|has {vn}",
     "The report is in the past ('told') and 'the following day' replaces 'tomorrow': 'will' becomes 'would'."},
    {kMiddle, "\"I am {ving} {O},\" said {N} last Monday. {N} said that {she} ____ {O} at that moment.", "was {ving}",
     "is {ving}|{vs}|has {vn}|will be {ving}",
     "The report is in the past ('said') and 'at that moment' replaces 'now': 'am' becomes 'was'."},
    {kMiddle, "\"I {vd} {O} yesterday,\" said {N} last Friday. {N} said that {she} ____ {O} the day before.",
     "had {vn}", "has {vn}|will {v}|would {v}|{vs}",
     "The report is in the past ('said') and 'the day before' replaces 'yesterday': the past becomes the past "
     "perfect."},
    {kMiddle, "\"I can {v} {O} tomorrow,\" said {N} last month. {N} said that {she} ____ {O} the following day.",
     "could {v}", "can {v}|can have {vn}|is able to {v}|will be able to {v}",
     "The report is in the past ('said') and 'the following day' replaces 'tomorrow': 'can' becomes 'could'."},
    {kMiddle, "{B} asked when ____ {O}.", "{S} had {vn}", "had {S} {vn}|did {S} {v}|{has} {S} {vn}|did {S} {vd}",
     "A reported question has the word order of a statement: subject before verb."},
    {kMiddle, "{C} wanted to know why ____ {O}.", "{S} had {vn}",
     "had {S} {vn}|did {S} {v}|{has} {S} {vn}|did {S} {vd}",
     "A reported question has the word order of a statement: subject before verb."},
    {kBegin, "{C} asked {N} ____ {S} had {vn} {O}.", "whether", "that|about|did|to",
     "A reported yes-or-no question begins with 'whether' or 'if'."},
    {kBegin, "~{B} told {S} ____ {O} at once.", "to {v}", "{v}|{ving}|that {v}|{vd}",
     "A reported command is 'tell somebody to do something'."},
    {kMiddle, "{B} warned {S} ____ {O} on {H}.", "not to {v}", "do not {v}|not {ving}|not {v}|did not {v}",
     "A reported negative command is 'not to' + base form.", "Monday|Friday|Sunday|Saturday"},
    {kBegin, "{N} ____ {C} that {E} had {en}{Er}.", "told", "said|spoke|talked|explained",
     "Of these verbs only 'tell' takes the listener as an object without 'to': tell somebody that."},
    {kBegin, "{N} ____ to {C} that {E} had {en}{Er}.", "said", "told|informed|asked|assured",
     "'Say' takes the listener with 'to'; tell, inform and assure take an object without 'to'."},
    {kMiddle, "{N} ____ {C} that {she} would {v} {O} soon.", "promised", "said|suggested|explained|proposed",
     "Of these verbs only 'promise' takes the listener as an object without 'to'."},
    {kAdvance, "{C} asked who ____ {O} the week before.", "had {vn}", "has {vn}|will {v}|would {v}|{vs}",
     "The report is in the past ('asked') and 'the week before' is earlier: past perfect."},
    {kMiddle, "\"I will {v} {O} tomorrow,\" said {N} last month. {N} said that {she} would do it ____.", "the next day",
     "tomorrow|yesterday|the day before|today",
     "In a report, 'tomorrow' becomes 'the next day' when the time has passed."},
    {kMiddle, "\"I {vd} {O} yesterday,\" said {N} last month. {N} said that {she} had done it ____.", "the day before",
     "yesterday|tomorrow|the next day|today",
     "In a report, 'yesterday' becomes 'the day before' when the time has passed."},
    {kAdvance, "{B} asked {N} ____ {O}.", "how long ago {S} had {vn}",
     "how long ago had {S} {vn}|how long ago did {S} {v}|how long ago {has} {S} {vn}",
     "A reported question has the word order of a statement: subject before verb."},
    {kAdvance, "{C} wondered ____ {O} before {Ed}.", "whether {S} had {vn}",
     "had {S} {vn}|whether had {S} {vn}|did {S} {v}|about {S} had {vn}",
     "A reported yes-or-no question is whether + subject + verb."},
    {kAdvance, "{N} {H} that {she} ____ {O} the previous week.", "had {vn}", "has {vn}|will {v}|would {v}|{vs}",
     "The report is in the past ('{H}') and 'the previous week' is earlier: past perfect.",
     "explained|mentioned|claimed|pointed out|added"},
    {kBegin, "\"Please {v} {O},\" said {B} to {N}. {B} asked {N} ____ {O}.", "to {v}", "{v}|{ving}|that {v}|please {v}",
     "A reported request is 'ask somebody to do something'."},
    {kBegin, "\"Do not {v} {O},\" said {B} to {N}. {B} told {N} ____ {O}.", "not to {v}",
     "do not {v}|not {ving}|to do not {v}|did not {v}", "A reported negative command is 'not to' + base form."},
    {kMiddle, "\"Is the {x} {adj}?\" asked {N} last week. {N} asked ____.", "whether the {x} was {adj}",
     "was the {x} {adj}|is the {x} {adj}|whether was the {x} {adj}|that the {x} was {adj}",
     "A reported yes-or-no question is whether + subject + verb, and 'is' becomes 'was' when the time has passed."},
    {kBegin, "{N} asked {C} where {B} ____ at that moment.", "was", "is|be|will be|has been",
     "The report is in the past ('asked') and 'at that moment' replaces 'now': 'is' becomes 'was'."},
    {kAdvance, "last month, {B} asked {N} {H} {she} ____ {O} by the end of that week.", "would have {vn}",
     "will have {vn}|will {v}|has {vn}|would {vn}",
     "The report is in the past ('asked'), so 'will have' becomes 'would have'.", "whether|if"},
};

}  // namespace

absl::Span<const GrammarRule> ReportedSpeechRules() { return kRules; }

}  // namespace flowmesh::models
