#include "workers/models/builtin/verse/lexicon_tables.h"

namespace flowmesh::models {
namespace {

// clang-format off
constexpr Lemma kLemmas[] = {
    {Part::kObject, kGeneral, {{"stone", "1", "oʊn"}, {"stones", "1", "oʊnz"}}},
    {Part::kObject, kGeneral, {{"book", "1", "ʊk"}, {"books", "1", "ʊks"}}},
    {Part::kObject, kGeneral, {{"box", "1", "ɑːks"}, {"boxes", "10", "ɑːksᵻz"}}},
    {Part::kObject, kGeneral, {{"crown", "1", "aʊn"}, {"crowns", "1", "aʊnz"}}},
    {Part::kObject, kGeneral, {{"shoe", "1", "uː"}, {"shoes", "1", "uːz"}}},
    {Part::kObject, kGeneral, {{"door", "1", "oːɹ"}, {"doors", "1", "oːɹz"}}},
    {Part::kObject, kGeneral, {{"sock", "1", "ɑːk"}, {"socks", "1", "ɑːks"}}},
    {Part::kObject, kGeneral, {{"sword", "1", "oːɹd"}, {"swords", "1", "oːɹdz"}}},
    {Part::kObject, kGeneral, {{"page", "1", "eɪdʒ"}, {"pages", "10", "eɪdʒᵻz"}}},
    {Part::kObject, kGeneral, {{"mirror", "10", "ɪɹɚ"}, {"mirrors", "10", "ɪɹɚz"}}},
    {Part::kObject, kGeneral, {{"tune", "1", "uːn"}, {"tunes", "1", "uːnz"}}},
    {Part::kObject, kGeneral, {{"joke", "1", "oʊk"}, {"jokes", "1", "oʊks"}}},
    {Part::kObject, kGeneral, {{"plan", "1", "æn"}, {"plans", "1", "ænz"}}},
    {Part::kObject, kGeneral, {{"light", "1", "aɪt"}, {"lights", "1", "aɪts"}}},
    {Part::kObject, kGeneral, {{"string", "1", "ɪŋ"}, {"strings", "1", "ɪŋz"}}},
    {Part::kObject, kGeneral, {{"prize", "1", "aɪz"}, {"prizes", "10", "aɪzᵻz"}}},
    {Part::kObject, kGeneral, {{"chain", "1", "eɪn"}, {"chains", "1", "eɪnz"}}},
    {Part::kObject, kGeneral, {{"cloak", "1", "oʊk"}, {"cloaks", "1", "oʊks"}}},
    {Part::kObject, kGeneral, {{"pearl", "1", "ɜːl"}, {"pearls", "1", "ɜːlz"}}},
    {Part::kObject, kGeneral, {{"word", "1", "ɜːd"}, {"words", "1", "ɜːdz"}}},
    {Part::kObject, kGeneral, {{"phrase", "1", "eɪz"}, {"phrases", "10", "eɪzᵻz"}}},
    {Part::kObject, kGeneral, {{"name", "1", "eɪm"}, {"names", "1", "eɪmz"}}},
    {Part::kObject, kGeneral, {{"game", "1", "eɪm"}, {"games", "1", "eɪmz"}}},
    {Part::kObject, kGeneral, {{"frame", "1", "eɪm"}, {"frames", "1", "eɪmz"}}},
    {Part::kObject, kGeneral, {{"dime", "1", "aɪm"}, {"dimes", "1", "aɪmz"}}},
    {Part::kObject, kGeneral, {{"ray", "1", "eɪ"}, {"rays", "1", "eɪz"}}},
    {Part::kObject, kGeneral, {{"jewel", "10", "uːəl"}, {"jewels", "10", "uːəlz"}}},
    {Part::kObject, kGeneral, {{"bead", "1", "iːd"}, {"beads", "1", "iːdz"}}},
    {Part::kObject, kGeneral, {{"thing", "1", "ɪŋ"}, {"things", "1", "ɪŋz"}}},
    {Part::kObject, kGeneral, {{"dream", "1", "iːm"}, {"dreams", "1", "iːmz"}}},
    {Part::kObject, kGeneral, {{"scheme", "1", "iːm"}, {"schemes", "1", "iːmz"}}},
    {Part::kObject, kGeneral, {{"frown", "1", "aʊn"}, {"frowns", "1", "aʊnz"}}},
    {Part::kObject, kGeneral, {{"cap", "1", "æp"}, {"caps", "1", "æps"}}},
    {Part::kObject, kGeneral, {{"trap", "1", "æp"}, {"traps", "1", "æps"}}},
    {Part::kObject, kGeneral, {{"stamp", "1", "æmp"}, {"stamps", "1", "æmps"}}},
    {Part::kObject, kGeneral, {{"boat", "1", "oʊt"}, {"boats", "1", "oʊts"}}},
    {Part::kObject, kGeneral, {{"score", "1", "oːɹ"}, {"scores", "1", "oːɹz"}}},
    {Part::kObject, kGeneral, {{"drawer", "1", "ɔːɹ"}, {"drawers", "1", "ɔːɹz"}}},
    {Part::kObject, kGeneral, {{"tent", "1", "ɛnt"}, {"tents", "1", "ɛnts"}}},
    {Part::kObject, kGeneral, {{"cart", "1", "ɑːɹt"}, {"carts", "1", "ɑːɹts"}}},
    {Part::kObject, kGeneral, {{"cheese", "1", "iːz"}, {"cheeses", "10", "iːzᵻz"}}},
};
// clang-format on

}  // namespace

absl::Span<const Lemma> NounsGeneralThingsLemmas() { return kLemmas; }

}  // namespace flowmesh::models
