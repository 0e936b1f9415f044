#include "workers/models/builtin/verse/phrasebook.h"

namespace flowmesh::models {
namespace {

constexpr Unit kUnits[] = {
    {Role::kOpen, {"I never thought <that|> {T} would {d?} {v},", "or that the {al?} {l} would be {y}."}},
    {Role::kOpen, {"Consider {T} for a while:", "it takes {a} {o}, it takes some style."}},
    {Role::kOpen, {"<All that I know|What I know|The truth> of {T} is {y}:", "it makes the {b} begin to {v}."}},
    {Role::kOpen, {"Of {T} <let us|I intend to|> {v},", "so find {a} {o} and {d} {v}."}},
    {Role::kOpen, {"The case for {T} is <|always|rather|very> {y}:", "it makes the {ab?} {ps} {v}."}},
    {Role::kOpen, {"A word on {T}, if I may,", "before the {f} drifts away."}},
    {Role::kOpen, {"Dear {V}, I am writing {z}", "to say that I have come to {v}."}},
    {Role::kOpen, {"At {h}, with {T} on my mind,", "I left {a} {ao?} {o} behind."}},
    {Role::kOpen, {"My {p} said, \"Of {T}, beware!\"", "and fell {d} off {a} chair."}},
    {Role::kOpen, {"You ask of {T}? Take {a} seat;", "the tale is long, the {o} is sweet."}},
    {Role::kOpen, {"In praise of {T} <I will|we begin to|we> {v},", "and let the {ab?} {b} be {y}."}},
    {Role::kOpen, {"For {T} I would <|gladly|often> {v},", "and {t} {a} {ao?} {o} nearby."}},
    {Role::kOpen, {"When {T} <|once> turned {y},", "the {ab} {bs} began to {v}."}},
    {Role::kOpen, {"Some say that {T} can be {y};", "I think the {ps} often {v}."}},
    {Role::kOpen, {"<|Now|And now> to {T}, in the {l}:", "we met beside {a} {al} {l}."}},
    {Role::kMid, {"The {ab} {b} began to {v};", "the {f} had other plans {z}."}},
    {Role::kMid, {"I put {a} {o} upon the {l};", "it {d} asked me what was {y}."}},
    {Role::kMid, {"A {ab} {p} came down to {v},", "and brought {a} {ao} {o} {z}."}},
    {Role::kMid, {"The {ps} stood around the {l}", "and wondered why the {f} was {y}."}},
    {Role::kMid, {"\"It needs {a} {o},\" declared the {p}.", "\"It needs some {q},\" declared the {b}."}},
    {Role::kMid, {"The {b} has {q}, the {b} has {q},", "and I have got {a} {ao} {o}."}},
    {Role::kMid, {"I tried to {t} the {ao} {o};", "it did not seem to mind the {q}."}},
    {Role::kMid, {"Some days are {y}, some days are {y};", "on most of them I have to {v}."}},
    {Role::kMid, {"The rules are clear: you ought to {v}", "and never {t} it by the {l}."}},
    {Role::kMid, {"For {W} we all agreed to {v},", "except {a} {b}, who was not {y}."}},
    {Role::kMid, {"And {W} can be rather {y}", "when seen beside {a} {al} {l}."}},
    {Role::kMid, {"I mentioned {W} to the {b};", "it {d} went to {t} my {o}."}},
    {Role::kMid, {"There was {a} plan for {W}, too:", "some {q}, {a} {o}, {a} pot of glue."}},
    {Role::kMid, {"I lost my {o}, I lost my {o},", "and found them both inside the {l}."}},
    {Role::kMid, {"The {f} above the {l} was {y};", "the {b} below it wished to {v}."}},
    {Role::kMid, {"Nobody told the {ab} {b}", "that {os} do not like to {v}."}},
    {Role::kMid, {"You must not {t} the {o} with {q}", "and then expect the {p} to {v}."}},
    {Role::kMid, {"The {ps} advise us not to {v};", "the {ab} {ps} do it {z}."}},
    {Role::kMid, {"By {h} the {l} was full of {q};", "by {h} we were too tired to {v}."}},
    {Role::kMid, {"One {p} offered me {a} {o};", "one {p} offered me the {l}."}},
    {Role::kMid, {"The {b} and I have come to terms:", "it has the {o}, I have the worms."}},
    {Role::kMid, {"I read a book about the {l};", "the hero is {a} {ao} {o}."}},
    {Role::kMid, {"The {f} arrived to {d} {u},", "with several {os} and some {q}."}},
    {Role::kMid, {"And when the {f} begins to {u},", "the {o} and I go out to {v}."}},
    {Role::kMid, {"In every {al} {l} there waits", "{a} {p} with {a} stack of plates."}},
    {Role::kMid, {"To {t} {a} {o} is hardly {y},", "but {T} gave me leave to {v}."}},
    {Role::kMid, {"With {T} in the {l} {z},", "the {b} can hardly fail to {v}."}},
    {Role::kMid, {"The more I think of {T}, the more", "the {b} looks longing at the door."}},
    {Role::kMid, {"Some {ab?} {ps} met beside the {l}:", "they found the {o} completely {y}."}},
    {Role::kMid, {"We sent {a} {o} to the {p},", "who sent it back without {a} {o}."}},
    {Role::kEnd, {"So raise {a} {o} to {T} {z},", "and may your {os} never {v}!"}},
    {Role::kEnd, {"<Indeed if|If> {T} can make you {v},", "you are, I think, completely {y}."}},
    {Role::kEnd, {"The moral: {t} your {os} well.", "No more of {T} I have to tell."}},
    {Role::kEnd, {"And so to bed. The {f} will {u},", "and {T} will be here {z}."}},
    {Role::kEnd, {"So here's to {T}, <|ever|always> {y},", "and here's to those who {d?} {v}."}},
    {Role::kEnd, {"For {T} <|always|often> made me {v},", "and left the {al?} {l} more {y}."}},
    {Role::kEnd, {"Leave {T} in the {al?} {l},", "and leave me with the {ao?} {o}."}},
    {Role::kEnd, {"I thank you, {V}, for the {q},", "the {al?} {l}, and the {ao?} {o}."}},
    {Role::kEnd, {"Such is the {q} of {T}. Good night.", "Would some {ab?} {p} put out the light?"}},
    {Role::kEnd, {"<And if my verse|If verse> on {T} is {y},", "then blame the {ab} {b} {z}."}},
    {Role::kEnd, {"That leaves us {T}, you and me,", "{a} {ao?} {o}, and cups of tea."}},
};

}  // namespace

absl::Span<const Unit> CoupletUnits() { return kUnits; }

}  // namespace flowmesh::models
