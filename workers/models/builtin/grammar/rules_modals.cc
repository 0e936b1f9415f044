#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kMiddle, "{O} is already {vn} and only {N} was here, so {she} ____ it.", "must have {vn}",
     "cannot have {vn}|must {v}|must {vn}|must had {vn}",
     "The facts leave no doubt about the past: must have + participle."},
    {kMiddle, "it is impossible: {N} {H} all day yesterday, so {she} ____ {O} then.", "cannot have {vn}",
     "must have {vn}|might have {vn}|should have {vn}|cannot {vn}",
     "'{H} all day' makes it impossible: cannot have + participle for the past.",
     "was on a plane|was in hospital|was asleep|was at a wedding"},
    {kMiddle, "nobody has asked {N} yet, so we are not sure: {she} ____ {O}.", "might have {vn}",
     "must have {vn}|cannot have {vn}|might {vn}|might had {vn}",
     "'We are not sure' makes it possible but not certain: might have + participle for the past."},
    {kMiddle, "{N} flew to {H} this morning, so {she} ____ in the {L} now.", "cannot be",
     "must be|has to be|must have been|ought to be", "It is impossible now, because {N} is in {H}: cannot be.",
     "Madrid|Toronto|Tokyo|Cairo"},
    {kBegin, "{N} has {H}, so {she} ____ {H2}.", "must be", "cannot be|must been|must to be",
     "The fact makes it nearly certain now: must + be.",
     "just run ten kilometres/tired|eaten nothing all day/hungry|just won a prize/happy|not slept for two "
     "nights/tired|lost the car keys/worried"},
    {kBegin, "it is strictly forbidden: {ss} ____ {v} {os} alone.", "must not", "do not have to|need not|must",
     "'Strictly forbidden' is expressed with 'must not'; 'do not have to' would mean that it is not necessary."},
    {kBegin, "it is optional: {S2} ____ {v} {O} today.", "do not have to", "must not|must|have to|cannot",
     "'Optional' means that it is not necessary: 'do not have to'; 'must not' would forbid it."},
    {kBegin, "the rule is strict: every {s} ____ {v} {os} carefully.", "must", "need not|might|must not|may",
     "A strict rule is an obligation: 'must'.{routine}"},
    {kMiddle, "yesterday {S} ____ {v} {O} twice because of a mistake.", "had to", "must|{has} to|had|must to",
     "'Must' has no past form for an obligation; the past is 'had to'."},
    {kAdvance, "{S2} ____ {O} last week, but they forgot.", "should have {vn}",
     "must have {vn}|should {v}|should had {vn}|cannot have {vn}",
     "It was right to do it, but nobody did ('they forgot'): should have + participle."},
    {kMiddle, "{S} ____ {O} yesterday, because {N} had already done it.", "did not need to {v}",
     "must not {v}|need not to {v}|did not must {v}|do not need to {v}",
     "It was not necessary in the past: did not need to + base form."},
    {kAdvance, "{S} ____ {O} yesterday; it was a waste of time, as {N} had already done it.", "need not have {vn}",
     "cannot have {vn}|need not {v}|need not to have {vn}|must not {v}",
     "It was done but was not necessary ('a waste of time'): need not have + participle."},
    {kBegin, "last year {N} ____ {v} {os}, but now {she} can.", "could not", "cannot|may not|must not|could",
     "The past of 'cannot' is 'could not'; 'but now {she} can' shows the contrast.{routine}"},
    {kBegin, "____ I borrow your {H} before {Es}, please?", "may", "must|would|am|do",
     "A polite request for permission begins with 'May I', 'Could I' or 'Can I'.",
     "pen|phone|calculator|charger|umbrella"},
    {kMiddle, "{S} will ____ {v} {O} next week.", "be able to", "can|could|able to|must",
     "Two modal verbs cannot stand together; after 'will' the ability is 'be able to'."},
    {kBegin, "{N} {H} ____ {O} alone.", "{v}", "to {v}|{ving}|{vs}|{vd}",
     "After the modal verb '{H}' stands the base form, without 'to'.", "can|should|must|may|could"},
    {kMiddle, "{S} ought ____ {O} before {Es}.", "to {v}", "{v}|{ving}|to {ving}|{vd}",
     "'Ought' is followed by the infinitive with 'to'."},
    {kBegin, "the sign at the door forbids it: visitors ____ enter the {L} without {as}.", "must not",
     "need not|do not have to|must to",
     "'Forbids it' is expressed with 'must not'; 'do not have to' would mean that it is not necessary."},
};

}  // namespace

absl::Span<const GrammarRule> ModalRules() { return kRules; }

}  // namespace flowmesh::models
