#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "there is ____ {o} on the list for today.", "{art}", "{!art}|the|no article",
     "'There is' introduces something new, so a singular countable noun takes a or an, here '{art}' before the sound "
     "of '{o}'."},
    {kBegin, "is there ____ {o} on your list?", "{art}", "{!art}|the|no article",
     "'Is there' asks about something new, so a singular countable noun takes a or an, here '{art}' before the sound "
     "of '{o}'."},
    {kBegin, "{N} saw {ao} and {ap} on the list, but only ____ {o} was important.", "the", "{art}|{!art}|no article",
     "'{o}' is mentioned for the second time, so it is known: 'the'."},
    {kBegin, "{N} is ____ {s}, and so is {N2}.", "{sart}", "{!sart}|the|any|one of",
     "A job takes a or an, here '{sart}' before the sound of '{s}'; two people share it, so 'the' is impossible."},
    {kBegin, "this is ____ {adjest} {x} on the whole list.", "the", "a|an|no article", "A superlative takes 'the'."},
    {kBegin, "{N} was ____ {H} person in the {L} who knew how to {v} {O}.", "the", "a|an|no article",
     "'{H}' before a noun points to one particular person, so it takes 'the'.", "first|last|only"},
    {kBegin, "{S} {pres} {os} {H} ____ {H2}.", "{H3}", "{H4}|the|no article",
     "'{H} {H3} {H2}' says how often; a or an means 'in every' here.{routine}",
     "once/day/a/an|twice/week/a/an|three times/month/a/an|twice/year/a/an|once/hour/an/a"},
    {kMiddle, "what ____ {H} {N} had for {C}!", "no article", "a|an|the",
     "'{H}' is uncountable, so there is no article after 'what'.",
     "useful information|helpful advice|good news|interesting news|excellent advice"},
    {kBegin, "what ____ {adj} {x}!", "{adjart}", "{!adjart}|the|no article",
     "'What' with a singular countable noun takes a or an, here '{adjart}' before the sound of '{adj}'."},
    {kMiddle, "{N} has never seen such ____ {adj} {x} before.", "{adjart}", "{!adjart}|the|no article",
     "'Such' with a singular countable noun takes a or an, here '{adjart}' before the sound of '{adj}'."},
    {kBegin, "{N} goes to work by ____ {H}.", "no article", "a|the|an",
     "'By' with a means of transport takes no article: 'by {H}'.", "bus|train|car|bike|tram|underground"},
    {kMiddle, "{N} used to work as {as} in ____ {H}.", "the", "a|an|no article",
     "Names of countries in the plural or with a word like 'republic' or 'kingdom' take 'the'.",
     "Netherlands|United States|Philippines|Czech Republic|United Kingdom"},
    {kMiddle, "{N} used to work as {as} in ____ {H}.", "no article", "a|an|the",
     "Most names of countries take no article.", "Poland|Italy|Japan|Brazil|Canada|Norway"},
    {kMiddle, "this is one of ____ {adjest} {xs} that {S} {has} ever seen.", "the", "a|an|no article",
     "After 'one of', a superlative takes 'the'."},
    {kMiddle, "it takes about ____ {H} to {v} {O}.", "{H2}", "{H3}|the|no article",
     "One {H} is meant, so the article is '{H2}', chosen by the sound of '{H}'.",
     "hour/an/a|week/a/an|day/a/an|month/a/an|minute/a/an"},
    {kAdvance, "{B} wants to do more for ____ {H}.", "the", "a|an|no article",
     "'The' with an adjective alone names all people of that kind: 'the {H}'.",
     "poor|elderly|unemployed|homeless|disabled"},
    {kAdvance, "the {H} {S} {pres} {O}, ____ better it will be for {C}.", "the", "a|an|no article",
     "The pattern is 'the {H} ..., the better ...'.", "sooner|faster|earlier"},
    {kMiddle, "{N} found the address of {C} on ____ {H}.", "the", "a|an|no article",
     "'{H}' is the only one of its kind here, so it takes 'the'.",
     "internet|back of the letter|first page of the report|last page of the newspaper"},
    {kAdvance, "{N} is ____ {H} {s}, and so is {N2}.", "{H2}", "{H3}|the|no article",
     "A job takes a or an, chosen by the sound of the next word: '{H2} {H}'.",
     "honest/an/a|experienced/an/a|unusually good/an/a|hard-working/a/an|uniquely talented/a/an|European/a/an"},
    {kBegin, "{C} is waiting for {N} on ____ {H} floor.", "the", "a|an|no article",
     "An ordinal number like '{H}' points to one floor only, so it takes 'the'.", "first|second|third|fourth|top"},
    {kBegin, "{C} spoke to {N} in ____ {H}.", "no article", "a|an|the", "Names of languages take no article: 'in {H}'.",
     "English|French|German|Spanish|Polish|Arabic"},
    {kAdvance, "____ number of {os} on the list has {H}.", "the", "a|an|no article",
     "The verb 'has' is singular, so the subject is 'the number'; 'a number of' means 'several' and takes a plural "
     "verb.",
     "doubled|grown|fallen|risen"},
    {kMiddle, "{N} did not want to sit in the {L}, so {she} worked outside in ____ {H}.", "the", "a|an|no article",
     "'In the {H}' is a fixed phrase with 'the'.", "open air"},
    {kAdvance, "{S} {was} on ____ {H} when {Ed}.", "no article", "a|an|the",
     "'On {H}' is a fixed phrase without article.", "duty|strike"},
};

}  // namespace

absl::Span<const GrammarRule> ArticleRules() { return kRules; }

}  // namespace flowmesh::models
