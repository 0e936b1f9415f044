#include "workers/models/builtin/verse/phrasebook.h"

namespace flowmesh::models {
namespace {

constexpr Unit kOpeners[] = {
    {Role::kOpen, {"There once was {a} {ab?} {p} of {x}", "who was <fond|terribly fond> of {T} and {q}."}},
    {Role::kOpen, {"{a} {ab?} {p} who lived in {x}", "valued {T} more highly than {q}."}},
    {Role::kOpen, {"There was a young {p} of {x}", "who loved {T} {d?} {z}."}},
    {Role::kOpen, {"Said {a} {ab?} {p} from {x},", "\"I find {T} {d?} {y}.\""}},
    {Role::kOpen, {"When {T} came over to {x},", "<all the|the> {ps} would {d?} {v}."}},
    {Role::kOpen, {"{a} {ab?} {p} of <good|old|far|> {x}", "<|once> wrote to {T} {z}."}},
    {Role::kOpen, {"There once was {a} {p} who would {v}", "over {T} all day in {a} {l}."}},
    {Role::kOpen, {"{a} {p} with {a} {ao?} {o}", "went to look for {T} in the {l}."}},
    {Role::kOpen, {"In {x} there was {a} {ab?} {p}", "who kept {T} inside {a} {o}."}},
    {Role::kOpen, {"{a} {p} both {ab} and {y}", "thought that {T} made {him} {v}."}},
    {Role::kOpen, {"On {T}, {a} {p} of {x}", "gave {a} lecture that made the {b} {v}."}},
    {Role::kOpen, {"The facts about {T} are {y}:", "they have made all the {ps} {v}."}},
    {Role::kOpen, {"There was {a} {ab?} {p} of {x}", "who mistook {T} for {a} {o}."}},
    {Role::kOpen, {"{a} {p} once dropped in {z}", "<just|> to see whether {T} seemed {y}."}},
    {Role::kOpen, {"{a} {b} that had wandered to {x}", "heard of {T} and started to {v}."}},
    {Role::kOpen, {"If {T} should call on you {z},", "find {a} {ab?} {b} and {v}."}},
};

constexpr Unit kMiddles[] = {
    {Role::kMid, {"{He} sent for {a} {o},", "<some|and some> {q}, and {a} {o},"}},
    {Role::kMid, {"When they asked {him} to {v},", "{he} would {d?} {v},"}},
    {Role::kMid, {"For the {f} was so {y},", "and the {l} was so {y},"}},
    {Role::kMid, {"Then along came {a} {b}", "with {a} {ao?} {o},"}},
    {Role::kMid, {"With {a} {b} on {his} knee", "and a {o} full of tea,"}},
    {Role::kMid, {"So they gave {him} some {q},", "and a rather nice {o},"}},
    {Role::kMid, {"But {a} {b} in the {l}", "ran away with the {o},"}},
    {Role::kMid, {"It was {y}, it was {y},", "and the {ps} would {v},"}},
    {Role::kMid, {"{He} would {v}, {he} would {v},", "{he} would try to look {y},"}},
    {Role::kMid, {"In the {l}, on the {l},", "with {a} {o} and some {q},"}},
    {Role::kMid, {"Said the {b}, \"It is {y},\"", "and proceeded to {v},"}},
    {Role::kMid, {"For {W}, <said the|said a> {b},", "there is nothing like {q},"}},
    {Role::kMid, {"But {W} seemed too {y}", "to be helpful or {y},"}},
    {Role::kMid, {"Then {W} fell {z}", "on {a} {ao?} {o},"}},
    {Role::kMid, {"And {W} looked so {y}", "that the {b} had to {v},"}},
    {Role::kMid, {"When {he} sat on the {o},", "<it|it would> {d} {u},"}},
    {Role::kMid, {"And {his} {ao?} {o}", "went to live in the {l},"}},
};

constexpr Unit kClosers[] = {
    {Role::kEnd, {"and that was the end of the {o}."}},
    {Role::kEnd, {"and now they both live in the {l}."}},
    {Role::kEnd, {"so now {he} has nothing but {q}."}},
    {Role::kEnd, {"and {he} never again went to {x}."}},
    {Role::kEnd, {"which was harder to {t} than the {o}."}},
    {Role::kEnd, {"and was sent <back|right back> by parcel to {x}."}},
    {Role::kEnd, {"and the {b} thought it terribly {y}."}},
    {Role::kEnd, {"and even the {b} had to {v}."}},
    {Role::kEnd, {"and {he} swore {he} would do it {z}."}},
    {Role::kEnd, {"but the {ps} all did it {z}."}},
    {Role::kEnd, {"and {he} went to find {q} in {x}."}},
    {Role::kEnd, {"and {his} {o} was returned {z}."}},
    {Role::kEnd, {"till the {p} next door had to {v}."}},
    {Role::kEnd, {"and left {him} alone with {a} {o}."}},
    {Role::kEnd, {"so {he} packed up {his} {o} and was {y}."}},
    {Role::kEnd, {"and it said so in all of the {l}."}},
    {Role::kEnd, {"and the {f} <just|had just> started to {u}."}},
};

}  // namespace

absl::Span<const Unit> LimerickOpeners() { return kOpeners; }
absl::Span<const Unit> LimerickMiddles() { return kMiddles; }
absl::Span<const Unit> LimerickClosers() { return kClosers; }

}  // namespace flowmesh::models
