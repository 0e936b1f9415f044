#include "workers/models/builtin/verse/phrasebook.h"

namespace flowmesh::models {
namespace {

constexpr Unit kUnits[] = {
    {Role::kOpen, {"I sat to write of {T} {z},", "with {q} and {ao} {os} beside the {l}."}},
    {Role::kOpen, {"When {T} came to town, the {al?} {l}", "grew quiet as {a} {b} about to {v}."}},
    {Role::kOpen, {"They told me once that {T} would be {y},", "and so I packed {a} {ao} {o} {z}."}},
    {Role::kOpen, {"Let others praise the {f} and the {l};", "I raise {a} {ao?} {o} to {T} {z}."}},
    {Role::kOpen, {"Before I knew of {T} I would {v}", "at every {ao?} {o} and {ab?} {b}."}},
    {Role::kOpen, {"It was the hour when the {af?} {f} {ud},", "and {T} became the talk of all the {l}."}},
    {Role::kOpen, {"I had {a} {o}, {a} {o}, and some {q},", "and thoughts of {T}, which I kept {z}."}},
    {Role::kOpen, {"O {V}, how often have I sat to {v}", "with you in mind, beside the {al?} {l}!"}},
    {Role::kOpen, {"The {ab?} {p} leaned across the {o}", "and spoke of {T}, like {a} {p} of {q}."}},
    {Role::kOpen, {"There is {a} {o} that I {d} {t}", "when I remember {T} {z}."}},
    {Role::kOpen, {"At {h} I heard the {f} begin to {u},", "and thought of {T} in the {al?} {l}."}},
    {Role::kOpen, {"Some speak of {q}, some of {q} {z};", "of {T} I could talk until I {v}."}},
    {Role::kOpen, {"If all the {al?} {l} began to {v},", "I still would think of {T} {z}."}},
    {Role::kOpen, {"Shall I compare {T} to {a} {ao} {o}?", "The {o}, I fear, would only {d} {v}."}},
    {Role::kOpen, {"My {p} once remarked beside the {l}", "that {T} can make the {ab} {b} {v}."}},
    {Role::kOpen, {"You will not find it written in the {l},", "but {T} taught the {ab?} {p} to {v}."}},
    {Role::kMid, {"The {f} {ud} {d} past the {al?} {l},", "and every {b} looked up as if to {v}."}},
    {Role::kMid, {"I asked the {ab?} {p}, who could only {v};", "I asked the {b}, and it began to {v}."}},
    {Role::kMid, {"We counted {os}, {ao?} {os} and {os},", "and still the {f} {ud} above the {l}."}},
    {Role::kMid, {"For {T} had a way to make us {v},", "and leave {a} {ao} {o} beside the {l}."}},
    {Role::kMid, {"No {p} had ever told me of the {q}", "that {T} can awaken in {a} {b}."}},
    {Role::kMid, {"A {b} may {v}, {a} {ab?} {p} may {v},", "yet neither knows the {q} of the {l}."}},
    {Role::kMid, {"Upon the {l} {a} {ao} {o} will {u},", "as if it too had learned of {T} {z}."}},
    {Role::kMid, {"The {ab} {p} will {d} {t} the {o},", "then sit and {v} beside the {al?} {l}."}},
    {Role::kMid, {"I found {a} {o} inside {a} {ao?} {o},", "and in the {o} a little {q} {z}."}},
    {Role::kMid, {"The {ps} came in from the {al?} {l}", "to {t} their {os} and {d} {v}."}},
    {Role::kMid, {"How {af?} was the {f} above the {l}!", "How like {a} {ab} {b} about to {v}!"}},
    {Role::kMid, {"And where the {f} {ud}, there {ud} the {f},", "and where the {b} {vd}, I chose to {v}."}},
    {Role::kMid, {"A {p} with {a} {o} and little {q}", "declared that {W} would make us {v}."}},
    {Role::kMid, {"I think of {W} beside the {l},", "and how the {f} once taught the {b} to {v}."}},
    {Role::kMid, {"Then {W} appeared, and I was {y},", "and even {ab} {bs} began to {v}."}},
    {Role::kMid, {"For {W} I would give {a} {ao?} {o},", "my {ao?} {o}, and half of all my {q}."}},
    {Role::kMid, {"Consider {W}, and how {y}", "the {al?} {l} became where {fs} {ud}."}},
    {Role::kMid, {"The {b} forgot its {o} and came to {v};", "the {f} mistook the {l} for the {l}."}},
    {Role::kMid, {"Behind the {l} there was {a} {ao} {o}", "which nobody had thought to {t} {z}."}},
    {Role::kMid, {"What use is {q}, what use is {ao?} {q},", "unless {a} {b} can {t} it {z}?"}},
    {Role::kMid, {"My {o} was {y}, my {o} was hardly {y},", "and still the {b} came with us to the {l}."}},
    {Role::kMid, {"The {al} {l} was full of {os} and {q},", "and I was full of {T} {z}."}},
    {Role::kMid, {"Someone had left {a} {o} upon the {l},", "and someone came {d?} to {t} it {z}."}},
    {Role::kMid, {"I have been {y}, and I have been {y},", "but {T} could always make me {v}."}},
    {Role::kMid, {"The {f} can {u}, the {f} can only {u};", "it takes {a} {ab} {p} to {d} {v}."}},
    {Role::kMid, {"We gave the {ab?} {b} {a} {ao} {o},", "and watched it {v} beside the {al?} {l}."}},
    {Role::kMid, {"At {h} the {l} was {al}, the {f} was {y};", "by {h} the {f} had started in to {u}."}},
    {Role::kMid, {"One {o} was all I needed, and some {q},", "a {ab?} {p}, and {a} {al} {l}."}},
    {Role::kMid, {"There goes the {f}, as {af} as {a} {b}", "that hears of {T} {z}."}},
    {Role::kMid, {"A rumour crossed the {al?} {l} {z}", "that {T} had been seen to {v} and {v}."}},
    {Role::kMid, {"Here is {a} {ao?} {o}; there, {a} {ao?} {o};", "and in between, a kind of {q} will {u}."}},
    {Role::kMid, {"Not every {p} who {d} hides {a} {o}", "has known the {q} of {a} {al} {l}."}},
    {Role::kMid, {"Who taught the {ab?} {b} to {d} {v}?", "Who put {a} {o} beside the {al?} {l}?"}},
    {Role::kMid, {"The {p} shook {his} head and said that {q}", "is worth much more than any {ao?} {o}."}},
    {Role::kMid, {"I wrote to {W} about the {q}", "and got {a} {ao?} {o} in return {z}."}},
    {Role::kMid, {"Around the {l} the {ab?} {ps} would {v},", "and none of them had slept, and none was {y}."}},
    {Role::kMid, {"So much depends upon {a} {ao} {o},", "and on the {q} that {fs} and {fs} bestow."}},
    {Role::kMid, {"I kept {a} {o} in case the {f} should {u},", "and kept {a} {b} in case I had to {v}."}},
    {Role::kMid, {"But oh, the {q}! The {ao?} {os}! The {l}!", "The {ab} {p} who began to {v}!"}},
    {Role::kMid, {"Yet even {ps} of {q} have to {v},", "and even {os} grow {y} beside the {l}."}},
    {Role::kEnd, {"So here is what I know of {T} {z}:", "bring {q}, and teach {a} {ab?} {b} to {v}."}},
    {Role::kEnd, {"And if you ask me what is truly {y},", "I answer {T}, and I {d} {v}."}},
    {Role::kEnd, {"Let {ps} have their {os} and their {q};", "leave me with {T} and the {al?} {l}."}},
    {Role::kEnd, {"Now close the {o}, and let the {f} {u};", "for {T} I would do it all {z}."}},
    {Role::kEnd, {"The {f} will {u}, the {ps} will {v},", "but {T} will stay as {y} as {a} {b}."}},
    {Role::kEnd, {"I give you {T}, then, without {a} {o}:", "no more than {q}, and no less than {q}."}},
    {Role::kEnd, {"Then keep your {os}, keep your {al?} {l};", "with {T} I have all I need to {v}."}},
    {Role::kEnd, {"And when at last the {f} forgets to {u},", "may {T} find me {y}, and let me {v}."}},
    {Role::kEnd, {"For this I learned from {T}: to be {y},", "to {t} {a} {ao?} {o}, and then to {v}."}},
    {Role::kEnd, {"Tomorrow I may {t} {a} {ao?} {o};", "tonight I toast to {T} by the {l}."}},
    {Role::kEnd, {"So, reader, put the {ao?} {o} {z},", "and go where {T} may {d?} {v}."}},
    {Role::kEnd, {"And that is all. The {f} begins to {u}.", "Good night to {T}, and to all who {v}."}},
};

constexpr const char* kRefrainsFirst[] = {
    "I come again to {T} {z}.",
    "It was for {T} that I learned to {v}.",
    "Be kind to {T} when the {f} is {y}.",
    "I would not trade {T} for {a} {o}.",
    "Give me but {T} and {a} {al} {l}.",
    "Of all my {q}, let {T} be the {q}.",
    "Remember {T} when the {fs} {u}.",
    "Let {T} be, and let the {f} {u}.",
    "Oh {V}, how you make the {b} {v}!",
    "I sing of {T} by the {al?} {l}.",
    "We still have {T}, and we still can {v}.",
    "All things are {y} where {T} met the {l}.",
};

constexpr const char* kRefrainsSecond[] = {
    "The {f} will {u}, and the {b} will {v}.", "I keep {a} {ao} {o} beside the {l}.",
    "There is {a} kind of {q} in {a} {o}.",    "One {ao} {o} can light the {al?} {l}.",
    "The {ab} {p} has gone away to {v}.",      "Put out the {o} and let the {f} {u}.",
    "I hear the {af} {f} begin to {u}.",       "No {ao} {o} has ever been so {y}.",
    "And still the {b} returns to {d} {v}.",   "The {f} knows best, and so I let it {u}.",
};

constexpr const char* kBridges[] = {
    "The {ab} {p} was the first to {v}.",        "No {ao?} {o} had ever looked so {y}.",
    "Beside the {al?} {l} {a} {b} may {v}.",     "And even {q} has to {d} {v}.",
    "I brought {a} {ao?} {o} and some {q} {z}.", "The {l} was {al}, the {o} was {y}.",
    "It takes some {q} and {a} {ao?} {o}.",      "Nobody knows the {q} of the {l}.",
};

}  // namespace

absl::Span<const Unit> PentameterUnits() { return kUnits; }
absl::Span<const char* const> FirstRefrains() { return kRefrainsFirst; }
absl::Span<const char* const> SecondRefrains() { return kRefrainsSecond; }
absl::Span<const char* const> VillanelleBridges() { return kBridges; }

}  // namespace flowmesh::models
