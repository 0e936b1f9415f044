#include "workers/models/builtin/verse/lexicon_tables.h"

namespace flowmesh::models {
namespace {

// clang-format off
constexpr Lemma kLemmas[] = {
    {Part::kObject, kCity, {{"tram", "1", "æm"}, {"trams", "1", "æmz"}}},
    {Part::kObject, kCity, {{"bus", "1", "ʌs"}, {"buses", "10", "ʌsᵻz"}}},
    {Part::kObject, kCity, {{"taxi", "10", "æksi"}, {"taxis", "10", "æksiz"}}},
    {Part::kObject, kCity, {{"ticket", "10", "ɪkɪt"}, {"tickets", "10", "ɪkɪts"}}},
    {Part::kObject, kCity, {{"bench", "1", "ɛntʃ"}, {"benches", "10", "ɛntʃᵻz"}}},
    {Part::kObject, kGeneral | kCity, {{"sign", "1", "aɪn"}, {"signs", "1", "aɪnz"}}},
    {Part::kObject, kCity, {{"brick", "1", "ɪk"}, {"bricks", "1", "ɪks"}}},
    {Part::kObject, kCity, {{"bicycle", "10x", "aɪsɪkəl"}, {"bicycles", "10x", "aɪsɪkəlz"}}},
    {Part::kObject, kCity, {{"scooter", "10", "uːɾɚ"}, {"scooters", "10", "uːɾɚz"}}},
    {Part::kObject, kCity, {{"train", "1", "eɪn"}, {"trains", "1", "eɪnz"}}},
    {Part::kObject, kCity, {{"suitcase", "10", "uːtkeɪs"}, {"suitcases", "10x", "uːtkeɪsᵻz"}}},
    {Part::kObject, kGeneral | kCity, {{"coin", "1", "ɔɪn"}, {"coins", "1", "ɔɪnz"}}},
    {Part::kObject, kCity, {{"newspaper", "10x", "uːzpeɪpɚ"}, {"newspapers", "10x", "uːzpeɪpɚz"}}},
    {Part::kObject, kCity, {{"fountain", "10", "aʊntɪn"}, {"fountains", "10", "aʊntɪnz"}}},
    {Part::kObject, kCity, {{"crane", "1", "eɪn"}, {"cranes", "1", "eɪnz"}}},
    {Part::kObject, kGeneral | kCity, {{"map", "1", "æp"}, {"maps", "1", "æps"}}},
    {Part::kObject, kCity, {{"briefcase", "10", "iːfkeɪs"}, {"briefcases", "10x", "iːfkeɪsᵻz"}}},
    {Part::kObject, kCity, {{"pretzel", "10", "ɛtsəl"}, {"pretzels", "10", "ɛtsəlz"}}},
    {Part::kPlace, kGeneral | kCity, {{"square", "1", "ɛɹ"}, {"squares", "1", "ɛɹz"}}},
    {Part::kPlace, kCity | kHeart, {{"bridge", "1", "ɪdʒ"}, {"bridges", "10", "ɪdʒᵻz"}}},
    {Part::kPlace, kCity | kHeart, {{"station", "10", "eɪʃən"}, {"stations", "10", "eɪʃənz"}}},
    {Part::kPlace, kCity, {{"corner", "10", "ɔːɹnɚ"}, {"corners", "10", "ɔːɹnɚz"}}},
    {Part::kPlace, kCity, {{"alley", "10", "æli"}, {"alleys", "10", "ælɪz"}}},
    {Part::kPlace, kCity, {{"market", "10", "ɑːɹkɪt"}, {"markets", "10", "ɑːɹkɪts"}}},
    {Part::kPlace, kCity, {{"avenue", "10x", "ævənuː"}, {"avenues", "10x", "ævənuːz"}}},
    {Part::kPlace, kCity | kHeart, {{"park", "1", "ɑːɹk"}, {"parks", "1", "ɑːɹks"}}},
    {Part::kPlace, kCity, {{"boulevard", "10x", "uːlɪvɑːɹd"}, {"boulevards", "10x", "uːlɪvɑːɹdz"}}},
    {Part::kPlace, kCity, {{"platform", "10", "ætfɔːɹm"}, {"platforms", "10", "ætfɔːɹmz"}}},
    {Part::kPlace, kCity, {{"kerb", "1", "ɜːb"}, {"kerbs", "1", "ɜːbz"}}},
    {Part::kPlace, kCity, {{"rank", "1", "æŋk"}, {"ranks", "1", "æŋks"}}},
    {Part::kForce, kCity, {{"traffic", "10", "æfɪk"}}},
    {Part::kForce, kCity, {{"crowd", "1", "aʊd"}, {"crowds", "1", "aʊdz"}}},
    {Part::kForce, kCity, {{"siren", "10", "aɪɹən"}, {"sirens", "10", "aɪɹənz"}}},
    {Part::kForce, kCity | kHome, {{"steam", "1", "iːm"}}},
    {Part::kForce, kCity, {{"rumour", "10", "uːmɚ"}, {"rumours", "10", "uːmɚz"}}},
    {Part::kForce, kCity, {{"neon", "10", "iːɑːn"}}},
    {Part::kForce, kCity, {{"rush", "1", "ʌʃ"}, {"rushes", "10", "ʌʃᵻz"}}},
    {Part::kForce, kCity, {{"train", "1", "eɪn"}, {"trains", "1", "eɪnz"}}},
    {Part::kForce, kCity, {{"pigeon", "10", "ɪdʒən"}, {"pigeons", "10", "ɪdʒənz"}}},
    {Part::kForce, kCity, {{"noise", "1", "ɔɪz"}}},
    {Part::kBeast, kCity, {{"pigeon", "10", "ɪdʒən"}, {"pigeons", "10", "ɪdʒənz"}}},
    {Part::kBeast, kCity, {{"rat", "1", "æt"}, {"rats", "1", "æts"}}},
    {Part::kBeast, kCity, {{"terrier", "10x", "ɛɹiɚ"}, {"terriers", "10", "ɛɹɪɹz"}}},
    {Part::kBeast, kCity, {{"poodle", "10", "uːdəl"}, {"poodles", "10", "uːdəlz"}}},
    {Part::kPerson, kCity, {{"busker", "10", "ʌskɚ"}, {"buskers", "10", "ʌskɚz"}}},
    {Part::kPerson, kCity, {{"driver", "10", "aɪvɚ"}, {"drivers", "10", "aɪvɚz"}}},
    {Part::kPerson, kCity, {{"waiter", "10", "eɪɾɚ"}, {"waiters", "10", "eɪɾɚz"}}},
    {Part::kPerson, kCity, {{"tourist", "10", "ʊɹɹɪst"}, {"tourists", "10", "ʊɹɹɪsts"}}},
    {Part::kPerson, kCity, {{"conductor", "010", "ʌktɚ"}, {"conductors", "010", "ʌktɚz"}}},
    {Part::kPerson, kCity, {{"barber", "10", "ɑːɹbɚ"}, {"barbers", "10", "ɑːɹbɚz"}}},
    {Part::kPerson, kCity, {{"mayor", "10", "eɪɚ"}, {"mayors", "10", "eɪɚz"}}},
    {Part::kPerson, kCity, {{"cop", "1", "ɑːp"}, {"cops", "1", "ɑːps"}}},
    {Part::kPerson, kCity | kWork, {{"clerk", "1", "ɜːk"}, {"clerks", "1", "ɜːks"}}},
    {Part::kAbstract, kCity, {{"neon", "10", "iːɑːn"}}},
    {Part::kAbstract, kCity, {{"diesel", "10", "iːzəl"}}},
    {Part::kAbstract, kCity | kCode | kWork, {{"coffee", "10", "ɔfi"}}},
    {Part::kAbstract, kCity, {{"brass", "1", "æs"}}},
    {Part::kAbstract, kCity, {{"jazz", "1", "æz"}}},
    {Part::kAbstract, kCity, {{"smoke", "1", "oʊk"}}},
    {Part::kAbstract, kCity, {{"noise", "1", "ɔɪz"}}},
};
// clang-format on

}  // namespace

absl::Span<const Lemma> NounsCityLemmas() { return kLemmas; }

}  // namespace flowmesh::models
