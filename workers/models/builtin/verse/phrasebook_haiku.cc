#include "workers/models/builtin/verse/phrasebook.h"

namespace flowmesh::models {
namespace {

constexpr const char* kTopicFirst[] = {
    "{T}:",
    "{T} {z}:",
    "{T} at {h}:",
    "after {T},",
    "because of {T},",
    "{h}, and {T}:",
    "all day, {T}:",
    "first, only {T};",
    "tell me of {T}:",
    "yes, {T}:",
    "for {T},",
    "of {T}:",
    "no one asked {T}:",
    "once more, {T}:",
    "{T}, and {q}:",
    "for {T}, {a} {o}:",
    "such {q} in {T}:",
    "listen: {T}.",
    "next to {T},",
    "close to {T},",
    "let it be {T}:",
    "why not {T}?",
    "{T} once again:",
};

constexpr const char* kSceneFirst[] = {
    "{al} {l}:",        "{f} in the {l}:",
    "the {af} {f}:",    "only {a} {o}:",
    "in the {al} {l},", "{a} {ao} {o}:",
    "{q} at {h}:",      "{h} in the {l}:",
    "the {b} at {h}:",  "{W}:",
    "near {W},",        "{W} {z}:",
    "look: {W}.",       "{W} and {q}:",
    "beside {W},",      "between {q} and {q},",
    "the {l} at {h}:",  "one {ab} {b}:",
    "they said: {W}.",  "{W} at {h}:",
};

constexpr const char* kMiddle[] = {
    "the {b} forgets to {v};",          "{a} {ao} {o} {us} by the {l};",  "even the {ab} {p} {vs}.",
    "the {f} {us}, and the {b} {vs}.",  "nobody has told the {b}.",       "I {t} the {ao} {o};",
    "the {p} puts down {a} {o}.",       "{a} {b} looks up from {a} {o}.", "how {d} the {f} {us}!",
    "we put the {o} on the {l}.",       "the {ab} {b} begins to {v}.",    "so many {os}, so much {q}.",
    "the {f} in the {l} {us}.",         "{a} {p} {vs} in the {l}.",       "my {o} is not quite {y}.",
    "one {o} {us}, one {o} {us}.",      "the {l} fills up with {q}.",     "something {us} beside the {l}.",
    "{a} {b} learns the word for {q}.", "I count {os} until {h}.",        "the {ps} {d} {v}.",
};

constexpr const char* kLast[] = {
    "{q} {z}.",
    "and then, the {f}.",
    "the {ao} {o} {us}.",
    "a little more {q}.",
    "so much {q}, so {y}.",
    "we {v}, and we {v}.",
    "the {b} is {y}.",
    "the {f} can wait.",
    "even the {o} {us}.",
    "not one {o} is {y}.",
    "who will {t} it now?",
    "and nobody {vs}.",
    "my {o} stays {y}.",
    "how {y} the {l} is!",
    "the {b} {vs} {z}.",
    "nothing else is {y}.",
};

constexpr const char* kTopicLast[] = {
    "and always, {T}.", "{T}, {z}.",     "only {T}.",       "and {T}.",         "no one but {T}.",
    "good night, {V}.", "{T} again.",    "thank you, {V}.", "still, {T}.",      "nothing but {T}.",
    "{T} {z}.",         "{q}, and {T}.", "I choose {T}.",   "{T} and {a} {o}.", "all of it: {T}.",
    "it was {T}.",      "to you, {V}.",  "{T} at {h}.",
};

}  // namespace

absl::Span<const char* const> HaikuTopicFirst() { return kTopicFirst; }
absl::Span<const char* const> HaikuSceneFirst() { return kSceneFirst; }
absl::Span<const char* const> HaikuMiddle() { return kMiddle; }
absl::Span<const char* const> HaikuLast() { return kLast; }
absl::Span<const char* const> HaikuTopicLast() { return kTopicLast; }

}  // namespace flowmesh::models
