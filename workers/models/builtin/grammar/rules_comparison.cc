#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "~the new {x} is ____ than the old one.", "{adjer}", "{adj}|{moreadj}|the {adjest}|as {adj}",
     "'Than' needs the comparative of '{adj}': '{adjer}'."},
    {kBegin, "this is ____ {x} on the whole list.", "the {adjest}", "{adjest}|the {mostadj}|{adjer}|{adj}",
     "One {x} is compared with all the others: 'the' + superlative, 'the {adjest}'."},
    {kBegin, "~the new {x} is not as ____ as the old one.", "{adj}", "{adjer}|{adjest}|{moreadj}|{mostadj}",
     "Between 'as' and 'as' stands the plain form of the adjective: '{adj}'."},
    {kMiddle, "this {x} is {H} ____ than the other one.", "{adjer}", "{adj}|{adjest}|{moreadj}|as {adj}",
     "'Than' needs the comparative, and '{H}' makes it stronger or weaker: '{H} {adjer}'.",
     "much|far|a lot|a little|slightly|even"},
    {kMiddle, "this is by far ____ {x} that {N} has ever seen.", "the {adjest}", "{adjer}|the {mostadj}|{adjest}|{adj}",
     "'By far' and 'ever' go with the superlative: 'the {adjest}'."},
    {kAdvance, "the {H} {S} {pres} {O}, ____ it will be for {C}.", "the better", "better|the best|the good|best",
     "The pattern is 'the' + comparative ..., 'the' + comparative ....", "sooner|faster|earlier"},
    {kMiddle, "{N} {vs} {os} ____ than {N2}.", "{H}", "{H2}|{H3}|{H4}",
     "'Than' needs the comparative of an adverb: '{H}'.{routine}",
     "more carefully/carefully/most carefully/more careful|more quickly/quickly/most "
     "quickly/quicklier|faster/fast/fastest/more faster|better/good/best/more better"},
    {kAdvance, "{N} works just as ____ as {N2} does.", "{H}", "{H2}|{H3}|{H4}",
     "Between 'as' and 'as' stands the plain form, and the verb 'works' takes an adverb: '{H}'.",
     "carefully/careful/more carefully/most carefully|quickly/quick/more quickly/most "
     "quickly|efficiently/efficient/more efficiently/most efficiently|patiently/patient/more patiently/most patiently"},
    {kMiddle, "{B} thinks that {N}'s plan is less ____ than the old one.", "{H}", "more {H}|most {H}|as {H}",
     "'Less' stands before the plain form of the adjective: 'less {H}'.",
     "detailed|realistic|ambitious|convincing|expensive|practical"},
    {kBegin, "{N}'s results were ____ than {N2}'s results.", "{H}", "{H2}|{H3}|{H4}",
     "'Than' needs the comparative; '{H2}' is irregular: '{H}'.",
     "better/good/best/more good|worse/bad/worst/more bad"},
    {kBegin, "{N} has ____ {H} than {N2}.", "more", "much|most|many", "'Than' needs the comparative: 'more'.",
     "experience|time|patience|work|energy"},
    {kMiddle, "this month there were ____ {H} than last month.", "fewer", "few|fewest|little",
     "'Than' needs the comparative, and the plural '{H}' takes 'fewer'.",
     "complaints|mistakes|delays|accidents|visitors"},
    {kAdvance, "it was one of ____ {xs} that {S} had ever seen.", "the {adjest}",
     "{adjest}|the {mostadj}|{adjer}|{adj}", "After 'one of' stands 'the' + superlative: 'the {adjest}'."},
    {kMiddle, "no other {x} is ____ than this one.", "{adjer}", "{adj}|{adjest}|{moreadj}|as {adj}",
     "'Than' needs the comparative of '{adj}': '{adjer}'."},
    {kAdvance, "the new {x} is nowhere near as ____ as the old one.", "{adj}", "{adjer}|{adjest}|{moreadj}|{mostadj}",
     "Between 'as' and 'as' stands the plain form of the adjective: '{adj}'."},
};

}  // namespace

absl::Span<const GrammarRule> ComparisonRules() { return kRules; }

}  // namespace flowmesh::models
