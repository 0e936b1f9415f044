#include "workers/models/builtin/grammar/grammar_rule.h"

namespace flowmesh::models {
namespace {

constexpr Difficulty kBegin [[maybe_unused]] = Difficulty::kBeginner;
constexpr Difficulty kMiddle [[maybe_unused]] = Difficulty::kIntermediate;
constexpr Difficulty kAdvance [[maybe_unused]] = Difficulty::kAdvanced;

constexpr GrammarRule kRules[] = {
    {kBegin, "{H}, {S} ____ {os} {habit}.", "{pres}", "{is} {ving}|{!pres}|{ving}|{!is} {ving}",
     "'{habit}' and '{H}' mark a habit: present simple, in the form that agrees with '{S}'.",
     "as a rule|normally|usually|generally"},
    {kBegin, "please wait a moment: {S} ____ {O} {H}.", "{is} {ving}", "{pres}|{!pres}|{!is} {ving}|{ving}",
     "'{H}' marks an action in progress: present continuous, am/is/are + -ing.",
     "right now|at the moment|at this very moment"},
    {kBegin, "{N} ____ the reason for the {H}.", "{H3}", "is {H4}|{H2}|{H4}|are {H4}",
     "'{H2}' describes a state, not an action, so it stays in the present simple, here with -s.",
     "delay/know/knows/knowing|decision/understand/understands/understanding|problem/know/knows/knowing|change/"
     "understand/understands/understanding"},
    {kBegin, "at the moment, {N} ____ more {m}.", "needs", "is needing|need|needing|are needing",
     "'Need' describes a state, not an action, so it stays in the present simple even with 'at the moment'."},
    {kBegin, "the new {H} in the {L} ____ to {B}.", "belongs", "is belonging|belong|belonging|are belonging",
     "'Belong' describes a state, so it stays in the present simple, here with -s.", "laptop|coat|phone|bag|chair"},
    {kMiddle, "the {H} of the plan ____ on {S}.", "depends", "is depending|depend|depending|are depending",
     "'Depend' describes a state, so it stays in the present simple; the subject is 'the {H}'.",
     "success|result|future|cost|quality"},
    {kBegin, "what time ____ {S} usually {v} {os}?", "{does}", "{!does}|{is}|{has}|{!is}",
     "'Usually' marks a habit, and a question in the present simple takes do or does + base form; it agrees with "
     "'{S}'.{routine}"},
    {kBegin, "why ____ {S} {ving} {O} at the moment?", "{is}", "{does}|{!is}|{has}|{!does}",
     "'At the moment' and the -ing form make a question in the present continuous: {is} + subject + -ing."},
    {kBegin, "{S} ____ {os} on Sundays.", "{does} not {v}", "{!does} not {v}|not {v}|{is} not {v}|{does} not {ving}",
     "The negative of the present simple is do or does + not + base form, and it agrees with '{S}'.{routine}"},
    {kBegin, "the daily meeting with {B} ____ at {H}.", "{H3}", "{H4}|{H2}|are {H5}|{H5}",
     "A timetable takes the present simple; with the subject 'the daily meeting' the verb takes -s.",
     "nine/begin/begins/are beginning/beginning|noon/start/starts/are starting/starting|four/finish/finishes/are "
     "finishing/finishing|half past three/end/ends/are ending/ending"},
    {kMiddle, "{S} {H} ____ {os} without permission.", "{pres}", "{!pres}|{ving}|{is} {ving}|to {v}",
     "'{H}' tells how often something happens: present simple, in the form that agrees with '{S}'.{routine}",
     "never|rarely|seldom|hardly ever"},
    {kBegin, "quiet, please: {N} ____ to {H}.", "is {H2}", "{H3}|{H4}|are {H2}|{H2}",
     "'Quiet, please' shows that it is happening now: present continuous, is + -ing.",
     "a journalist/speaking/speaks/speak|the press/talking/talks/talk|a visitor/speaking/speaks/speak|somebody "
     "important/talking/talks/talk"},
    {kMiddle, "look! {N} ____ {O} again.", "is {ving}", "{vs}|{v}|are {ving}|{ving}",
     "'Look!' shows that it is happening now: present continuous, is + -ing."},
    {kMiddle, "how often ____ {S} {v} {os}?", "{does}", "{!does}|{is}|{has}|{!is}",
     "'How often' asks about a habit: do or does + base form, which agrees with '{S}'.{routine}"},
    {kMiddle, "{N} ____ {os} {habit}, but today {N2} is doing that.", "{vs}", "is {ving}|{v}|are {ving}|{ving}",
     "'{habit}' marks a habit, in contrast to today: present simple with -s after '{N}'."},
    {kMiddle, "{N} usually {vs} {os}, but right now {she} ____ {P}.", "is {wing}", "{ws}|{w}|are {wing}|{wing}",
     "'Right now', in contrast to 'usually', marks an action in progress: present continuous.{routine}"},
};

}  // namespace

absl::Span<const GrammarRule> PresentRules() { return kRules; }

}  // namespace flowmesh::models
