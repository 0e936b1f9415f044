#include "workers/models/builtin/verse/phrasebook.h"

namespace flowmesh::models {
namespace {

constexpr Unit kUnits[] = {
    {Role::kOpen, {"Come gather round and I will tell", "of {T} {z};"}},
    {Role::kOpen, {"It was {a} {al} {l} at {h}", "where {T} came to {v},"}},
    {Role::kOpen, {"I took {a} {o}, I took {a} {o},", "and left the {al?} {l},"}},
    {Role::kOpen, {"There lived {a} {p}, {ab} and {ab},", "beside the {al?} {l},"}},
    {Role::kOpen, {"A song for {T}, if you please,", "and {a} {ao} {o}."}},
    {Role::kOpen, {"When {T} called, {a} {ab} {p}", "went out to {t} the {o};"}},
    {Role::kOpen, {"Oh, {T} became the talk of all", "who gathered by the {l};"}},
    {Role::kOpen, {"At {h} the {p} packed {a} {o}", "and started for the {l};"}},
    {Role::kOpen, {"Now some like {q}, some like {q},", "and some are hard to {t};"}},
    {Role::kOpen, {"My {p} would speak of {T} to me", "and {d} start to {v};"}},
    {Role::kOpen, {"They say that {T} changed the {l},", "and made the {ps} {v};"}},
    {Role::kOpen, {"For {T} I would <|gladly|often> {v},", "and {t} the {ao?} {o}."}},
    {Role::kOpen, {"Of {T} <let me|I begin to|> sing,", "beside the {al?} {l}."}},
    {Role::kMid, {"The {f} was low, the {f} was high,", "the {b} began to {v};"}},
    {Role::kMid, {"\"And have you heard of {T},\" said {he},", "\"that makes the {ps} {v}?\""}},
    {Role::kMid, {"\"Good {p},\" I cried, \"you've dropped your {o}", "beside the {al?} {l}!\""}},
    {Role::kMid, {"{He} gave {his} {o} to {a} {b},", "{his} {o} to the {l},"}},
    {Role::kMid, {"And every {o} and every {o}", "stood waiting by the {l},"}},
    {Role::kMid, {"We met {a} {b} along the road", "who only wished to {v};"}},
    {Role::kMid, {"The {ab} {p} turned round to {v},", "the {b} refused to {v};"}},
    {Role::kMid, {"With {q} in {a} {ao} {o}", "and {q} in {a} {o},"}},
    {Role::kMid, {"For seven days we looked for {q},", "for seven nights we {vd};"}},
    {Role::kMid, {"And on the seventh night there came", "{a} {b} with {a} {o};"}},
    {Role::kMid, {"Beyond the {l} there is {a} {l}", "where {ab} {ps} {v};"}},
    {Role::kMid, {"The {p} swore {he} saw the {f}", "go out to {t} the {o};"}},
    {Role::kMid, {"But {W} would not be outdone,", "and so began to {v};"}},
    {Role::kMid, {"And what of {W}, you may ask?", "Go out and ask the {l}."}},
    {Role::kMid, {"I showed {a} {o} to {W}", "and watched the {f} {u};"}},
    {Role::kMid, {"There stood {W} in the {f},", "as {y} as {y} can be;"}},
    {Role::kMid, {"The {al} {l} was filled with {q},", "the {l} was filled with {q};"}},
    {Role::kMid, {"\"It's only {T},\" someone said,", "\"so put away your {o}.\""}},
    {Role::kMid, {"{He} looked for {T} far and wide,", "{he} looked beneath the {l},"}},
    {Role::kMid, {"{He} asked the {b}, {he} asked the {f},", "{he} asked {a} {ao} {o};"}},
    {Role::kMid, {"The {b} said nothing, being {ab},", "and went away to {v}."}},
    {Role::kMid, {"And {d}, {d} through the {l}", "the {f} began to {u};"}},
    {Role::kMid, {"No {o} had ever {ud} so well,", "no {b} had been so {y};"}},
    {Role::kMid, {"The {ps} laughed, the {ps} wept,", "the {b} was seen to {v},"}},
    {Role::kMid, {"A {ao} {o} can do no harm", "if you are {ab} and {y};"}},
    {Role::kMid, {"It might have been {a} kind of {q},", "it might have been the {l};"}},
    {Role::kMid, {"They carried {os} up the hill", "and carried {os} {z};"}},
    {Role::kMid, {"Then someone found {a} {ao} {o}", "behind the {al?} {l},"}},
    {Role::kMid, {"So if you see {a} {ab} {b}", "beside {a} {ao?} {o},"}},
    {Role::kMid, {"The {p} who knew the most of {q}", "forgot to {t} the {o};"}},
    {Role::kMid, {"A {p} may boast of {os} and {q},", "a {b} may boast of {q},"}},
    {Role::kEnd, {"And now when {fs} {d} {u}", "and all the {l} is {y},"}},
    {Role::kEnd, {"So here's to {T}, come what may,", "and {a} {ao?} {o} {z}!"}},
    {Role::kEnd, {"And that is all there is to tell", "of {T} and the {l}."}},
    {Role::kEnd, {"The {p} is old, the {o} is gone,", "the {l} has grown so {y},"}},
    {Role::kEnd, {"But {T} we remember still,", "and so we {d} {v}."}},
    {Role::kEnd, {"They put {a} {o} upon the {l}", "for {T}, so they say;"}},
    {Role::kEnd, {"And if you pass the {al} {l},", "bring {T} my {q}."}},
    {Role::kEnd, {"Good night, good night to {T} now,", "and to the {al?} {l}."}},
};

}  // namespace

absl::Span<const Unit> BalladUnits() { return kUnits; }

}  // namespace flowmesh::models
