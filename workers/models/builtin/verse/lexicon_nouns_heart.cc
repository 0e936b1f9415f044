#include "workers/models/builtin/verse/lexicon_tables.h"

namespace flowmesh::models {
namespace {

// clang-format off
constexpr Lemma kLemmas[] = {
    {Part::kObject, kGeneral | kHeart, {{"ring", "1", "ɪŋ"}, {"rings", "1", "ɪŋz"}}},
    {Part::kObject, kHeart, {{"ribbon", "10", "ɪbən"}, {"ribbons", "10", "ɪbənz"}}},
    {Part::kObject, kHeart, {{"valentine", "10x", "æləntaɪn"}, {"valentines", "10x", "æləntaɪnz"}}},
    {Part::kObject, kHeart, {{"song", "1", "ɔŋ"}, {"songs", "1", "ɔŋz"}}},
    {Part::kObject, kHeart, {{"violin", "01", "ɪn"}, {"violins", "01", "ɪnz"}}},
    {Part::kObject, kHeart, {{"promise", "10", "ɑːmɪs"}, {"promises", "10x", "ɑːmɪsᵻz"}}},
    {Part::kObject, kGeneral | kHeart, {{"note", "1", "oʊt"}, {"notes", "1", "oʊts"}}},
    {Part::kObject, kHeart, {{"gift", "1", "ɪft"}, {"gifts", "1", "ɪfts"}}},
    {Part::kObject, kHeart, {{"poem", "10", "oʊᵻm"}, {"poems", "10", "oʊᵻmz"}}},
    {Part::kObject, kHeart, {{"drum", "1", "ʌm"}, {"drums", "1", "ʌmz"}}},
    {Part::kObject, kHeart, {{"flute", "1", "uːt"}, {"flutes", "1", "uːts"}}},
    {Part::kObject, kGeneral | kHeart, {{"rhyme", "1", "aɪm"}, {"rhymes", "1", "aɪmz"}}},
    {Part::kObject, kHeart, {{"vow", "1", "aʊ"}, {"vows", "1", "aʊz"}}},
    {Part::kObject, kHeart, {{"kiss", "1", "ɪs"}, {"kisses", "10", "ɪsᵻz"}}},
    {Part::kObject, kHeart, {{"bouquet", "01", "eɪ"}, {"bouquets", "01", "eɪs"}}},
    {Part::kObject, kHeart, {{"waltz", "1", "ɔlts"}, {"waltzes", "10", "ɔltsᵻz"}}},
    {Part::kPlace, kHeart, {{"ballroom", "10", "ɔːlɹuːm"}, {"ballrooms", "10", "ɔːlɹuːmz"}}},
    {Part::kPlace, kHeart, {{"church", "1", "ɜːtʃ"}, {"churches", "10", "ɜːtʃᵻz"}}},
    {Part::kForce, kHeart, {{"heart", "1", "ɑːɹt"}, {"hearts", "1", "ɑːɹts"}}},
    {Part::kForce, kHeart, {{"laughter", "10", "æftɚ"}}},
    {Part::kForce, kHeart, {{"waltz", "1", "ɔlts"}, {"waltzes", "10", "ɔltsᵻz"}}},
    {Part::kForce, kHeart, {{"whisper", "10", "ɪspɚ"}, {"whispers", "10", "ɪspɚz"}}},
    {Part::kForce, kHeart, {{"blush", "1", "ʌʃ"}, {"blushes", "10", "ʌʃᵻz"}}},
    {Part::kForce, kHeart, {{"memory", "10x", "ɛmɚɹi"}, {"memories", "10x", "ɛmɚɹiz"}}},
    {Part::kForce, kHeart, {{"song", "1", "ɔŋ"}, {"songs", "1", "ɔŋz"}}},
    {Part::kForce, kHeart, {{"tune", "1", "uːn"}, {"tunes", "1", "uːnz"}}},
    {Part::kBeast, kHeart, {{"dove", "1", "ʌv"}, {"doves", "1", "ʌvz"}}},
    {Part::kBeast, kHeart, {{"lark", "1", "ɑːɹk"}, {"larks", "1", "ɑːɹks"}}},
    {Part::kBeast, kHeart, {{"swan", "1", "ɑːn"}, {"swans", "1", "ɑːnz"}}},
    {Part::kBeast, kHeart, {{"nightingale", "10x", "aɪɾɪŋɡeɪl"}, {"nightingales", "10x", "aɪɾɪŋɡeɪlz"}}},
    {Part::kPerson, kHeart, {{"lover", "10", "ʌvɚ"}, {"lovers", "10", "ʌvɚz"}}},
    {Part::kPerson, kHeart, {{"dancer", "10", "ænsɚ"}, {"dancers", "10", "ænsɚz"}}},
    {Part::kPerson, kHeart, {{"fiddler", "10", "ɪdlɚ"}, {"fiddlers", "10", "ɪdlɚz"}}},
    {Part::kPerson, kGeneral | kHeart, {{"bride", "1", "aɪd"}, {"brides", "1", "aɪdz"}}},
    {Part::kPerson, kGeneral | kHeart, {{"friend", "1", "ɛnd"}, {"friends", "1", "ɛndz"}}},
    {Part::kPerson, kHeart, {{"singer", "10", "ɪŋɚ"}, {"singers", "10", "ɪŋɚz"}}},
    {Part::kPerson, kGeneral | kHeart, {{"fool", "1", "uːl"}, {"fools", "1", "uːlz"}}},
    {Part::kAbstract, kHeart, {{"longing", "10", "ɔŋɪŋ"}}},
    {Part::kAbstract, kHeart, {{"tenderness", "10x", "ɛndɚnəs"}}},
    {Part::kAbstract, kGeneral | kHeart, {{"laughter", "10", "æftɚ"}}},
    {Part::kAbstract, kHeart, {{"wine", "1", "aɪn"}}},
    {Part::kAbstract, kGeneral | kHeart, {{"grace", "1", "eɪs"}}},
    {Part::kAbstract, kHeart, {{"bliss", "1", "ɪs"}}},
    {Part::kAbstract, kHeart, {{"fire", "1", "aɪɚ"}}},
};
// clang-format on

}  // namespace

absl::Span<const Lemma> NounsHeartLemmas() { return kLemmas; }

}  // namespace flowmesh::models
