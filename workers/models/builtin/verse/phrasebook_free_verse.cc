#include "workers/models/builtin/verse/phrasebook.h"

namespace flowmesh::models {
namespace {

constexpr Unit kUnits[] = {
    {Role::kOpen, {"{V}, you arrived at {h}", "carrying {a} {ao} {o} and no explanation."}},
    {Role::kOpen, {"I have been meaning to write about {T}", "ever since the {p} left {a} {o} on the {l}."}},
    {Role::kOpen, {"This is not about {T}.", "This is about {a} {o}, and the {f}, and what {q} does at {h}."}},
    {Role::kOpen, {"Somebody asked me what {T} would be like,", "and I pointed at the {al} {l}, where the {f} {ud}."}},
    {Role::kOpen, {"In the beginning, only {T},", "and next to it, for balance, {a} {ao} {o}."}},
    {Role::kOpen, {"What I want to say about {T}", "would fit inside {a} {ao} {o}, with room for {q}."}},
    {Role::kOpen, {"Every {h} has its {o},", "and every {o}, if you wait, leads to {T}."}},
    {Role::kOpen, {"The {b} on the {l} knows nothing of {T}", "and is, on the whole, {d} {y}."}},
    {Role::kMid, {"The {f} {us} as if it had been told to,", "and the {b} {vs} as if it had not."}},
    {Role::kMid, {"There is {a} {o} in my pocket.", "There is {a} {ab} {b} in my plans for {h}."}},
    {Role::kMid, {"A {p} passes, {vg} {d},", "and the {l} pretends not to have noticed."}},
    {Role::kMid, {"I {t} the {ao} {o}. I {t} the {o} beside it.", "Neither of them {vs}."}},
    {Role::kMid, {"Once we talked only about {W}:", "{W}, and the price of {q}."}},
    {Role::kMid, {"Under {W}, the {al} {l};", "under the {l}, {a} {b}, {vg}."}},
    {Role::kMid, {"Let us be {y} about {W}.", "Let us be {y}, and bring {a} {o}."}},
    {Role::kMid, {"My {p} keeps {q} in {a} {o}", "and only opens it when the {f} is {y}."}},
    {Role::kMid, {"Notice how the {o} leans towards the {f}.", "Notice how nobody calls this {q}."}},
    {Role::kMid, {"All the {os} in the {l} are {y} tonight", "except the one I would have liked to {t}."}},
    {Role::kMid, {"You could say the {f} was {y}.", "You could also say it {ud}, and be done."}},
    {Role::kMid, {"{a} {ab} {b} comes to the {l}, {vg},", "with the face of {a} {p} who has mislaid {a} {o}."}},
    {Role::kMid, {"I counted the {os}: nine.", "I counted them again at {h}: nine, and some {q}."}},
    {Role::kMid, {"The {ab} {p} says that {q} is only {q}", "with {a} {ao} {o} on."}},
    {Role::kMid, {"And what did the {f} say?", "The {f} said nothing, {d}, all the way to the {l}."}},
    {Role::kMid, {"Between the {l} and the {l}", "someone has left a {al} kind of {q}."}},
    {Role::kMid, {"We are taught to {t} the {o}.", "Nobody teaches us to {v} afterwards."}},
    {Role::kMid, {"If {T} had hands, they would be {y}.", "They would smell of {q} and {q}."}},
    {Role::kMid, {"Some evenings I hear {T}", "the way {a} {b} hears {a} {o}: all at once, and with its whole back."}},
    {Role::kMid, {"The {ps} of this {l} have {a} word for it.", "It means both \"{o}\" and \"please, not at {h}\"."}},
    {Role::kMid, {"Meanwhile the {f}, which is {af}, {us};", "meanwhile the {b}, who is not, {vs}."}},
    {Role::kMid, {"I wanted {a} {o}. I was given {q}.", "It turns out they weigh the same."}},
    {Role::kMid, {"In the {l} {a} {ao} {o} is {ug},", "the way {q} does when it thinks it is alone."}},
    {Role::kEnd, {"So I put {T} back where I found it,", "beside the {o}, within reach of the {f}."}},
    {Role::kEnd, {"And if you ask me tomorrow about {T},", "I will hand you {a} {ao} {o} and begin to {v}."}},
    {Role::kEnd, {"That is the whole of it: {T},", "{a} {b}, {a} little {q}, and the {l} growing {y}."}},
    {Role::kEnd,
     {"Later the {f} will {u} and the {p} will {v},", "and {T} will still be {y}, like {a} {o} somebody loved."}},
    {Role::kEnd, {"Stay, I said to {T}. Stay, I said to the {b}.", "One of them did."}},
    {Role::kEnd, {"Here is my {o}, {V}. Here is my {q}.", "Wake me if the {f} {us}."}},
};

}  // namespace

absl::Span<const Unit> FreeVerseUnits() { return kUnits; }

}  // namespace flowmesh::models
