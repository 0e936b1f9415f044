#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

// Number alone decides, so wrong answers of several tenses are offered, all of the wrong number.
constexpr GrammarRule kRules[] = {
    {kBegin, "the list of {os} ____ very long.", "is", "are|were|have been|be",
     "The subject is 'the list', which is singular; 'of {os}' only describes it."},
    {kMiddle, "each of the {ss} ____ a key to the {L}.", "has", "have|are having|having|were having",
     "'Each of' is singular, although a plural noun follows."},
    {kAdvance, "neither {B} nor {S2} ____ ready for {C}'s arrival.", "are", "is|was|has been|be",
     "With 'neither ... nor' the verb agrees with the nearer subject, '{S2}'."},
    {kAdvance, "either {S2} or {B} ____ going to {v} {O}.", "is", "are|were|have been|be",
     "With 'either ... or' the verb agrees with the nearer subject, '{B}'."},
    {kBegin, "{H} in the {L} ____ the rules.", "knows", "know|are knowing|have known|knowing",
     "'{H}' is singular, although it means all the people.", "everybody|everyone"},
    {kMiddle, "one of the {ss} ____ on holiday at the moment.", "is", "are|were|have been|be",
     "The subject is 'one', which is singular; 'of the {ss}' only describes it."},
    {kAdvance, "the number of {os} ____ every month.", "{H}", "{H2}|are {H3}|have {H4}|{H3}",
     "'The number of' is singular: the number {H}.",
     "increases/increase/increasing/increased|falls/fall/falling/fallen|grows/grow/growing/grown|changes/change/"
     "changing/changed"},
    {kAdvance, "a number of {ss} ____ ill today.", "are", "is|was|has been|be",
     "'A number of' means 'several' and takes a plural verb."},
    {kBegin, "there ____ not enough {m} for everybody at the moment.", "is", "are|were|have been|be",
     "'{m}' is uncountable and takes a singular verb."},
    {kMiddle, "the {s} who usually ____ {os} is away today.", "{vs}", "{v}|are {ving}|have {vn}|{ving}",
     "'Who' stands for 'the {s}', which is singular: the verb takes -s.{routine}"},
    {kMiddle, "the {ss} who usually ____ {os} are away today.", "{v}", "{vs}|is {ving}|has {vn}|{ving}",
     "'Who' stands for 'the {ss}', which is plural: the verb has no -s.{routine}"},
    {kAdvance, "{B}, together with {S2}, ____ {os} {habit}.", "{vs}", "{v}|are {ving}|have {vn}|{ving}",
     "'Together with' adds no second subject; '{B}' is singular and takes -s."},
    {kMiddle, "{H} from {C} ____ very useful.", "is", "are|were|have been|be",
     "'{H}' is uncountable and takes a singular verb.", "the news|the information|the advice|the feedback"},
    {kMiddle, "{n} hours ____ a long time to {v} {O}.", "is", "are|were|have been|be",
     "An amount of time seen as one whole takes a singular verb."},
    {kAdvance, "in front of the {L} ____ {n} {H}.", "are", "is|was|has been|be",
     "The subject follows the verb here: '{n} {H}' is plural.", "chairs|boxes|tables|bags|people"},
    {kAdvance, "not only {S2} but also {B} ____ {vn} {O}.", "has", "have|are|having|were",
     "With 'not only ... but also' the verb agrees with the nearer subject, '{B}'."},
    {kBegin, "{S2} and {B} ____ in a meeting at the moment.", "are", "is|was|has been|be",
     "Two subjects joined by 'and' take a plural verb."},
    {kBegin, "every {s} in the {L} ____ a key.", "has", "have|are having|having|were having",
     "'Every' is singular and takes a singular verb."},
    {kMiddle, "the quality of the {xs} ____ very good this year.", "is", "are|were|have been|be",
     "The subject is 'the quality', which is singular; 'of the {xs}' only describes it."},
    {kBegin, "all of {Os} ____ on the list.", "are", "is|was|has been|be",
     "'All of' with a plural noun takes a plural verb."},
    {kBegin, "{B} ____ {os} {habit}.", "{vs}", "{v}|are {ving}|have {vn}|{ving}",
     "'{B}' is singular: the verb takes -s."},
    {kAdvance, "the police ____ already spoken to {S}.", "have", "has|is|was|having", "'The police' is always plural."},
};

}  // namespace

absl::Span<const GrammarRule> AgreementRules() { return kRules; }

}  // namespace flowmesh::models
