#include "workers/models/builtin/verse/lexicon_tables.h"

namespace flowmesh::models {
namespace {

// clang-format off
constexpr Lemma kLemmas[] = {
    {Part::kObject, kNight, {{"candle", "10", "ændəl"}, {"candles", "10", "ændəlz"}}},
    {Part::kObject, kGeneral | kNight, {{"lamp", "1", "æmp"}, {"lamps", "1", "æmps"}}},
    {Part::kObject, kNight, {{"pillow", "10", "ɪloʊ"}, {"pillows", "10", "ɪloʊz"}}},
    {Part::kObject, kNight, {{"blanket", "10", "æŋkɪt"}, {"blankets", "10", "æŋkɪts"}}},
    {Part::kObject, kGeneral | kNight, {{"clock", "1", "ɑːk"}, {"clocks", "1", "ɑːks"}}},
    {Part::kObject, kGeneral | kNight, {{"key", "1", "iː"}, {"keys", "1", "iːz"}}},
    {Part::kObject, kNight, {{"torch", "1", "ɔːɹtʃ"}, {"torches", "10", "oːɹtʃᵻz"}}},
    {Part::kObject, kNight, {{"curtain", "10", "ɜːtən"}, {"curtains", "10", "ɜːtənz"}}},
    {Part::kObject, kNight, {{"telescope", "10x", "ɛlᵻskoʊp"}, {"telescopes", "10x", "ɛlᵻskoʊps"}}},
    {Part::kObject, kNight, {{"lullaby", "10x", "ʌləbaɪ"}, {"lullabies", "10x", "ʌləbaɪz"}}},
    {Part::kObject, kNight, {{"spark", "1", "ɑːɹk"}, {"sparks", "1", "ɑːɹks"}}},
    {Part::kObject, kNight, {{"match", "1", "ætʃ"}, {"matches", "10", "ætʃᵻz"}}},
    {Part::kObject, kNight, {{"shade", "1", "eɪd"}, {"shades", "1", "eɪdz"}}},
    {Part::kObject, kNight, {{"bookmark", "10", "ʊkmɑːɹk"}, {"bookmarks", "10", "ʊkmɑːɹks"}}},
    {Part::kObject, kNight, {{"moonbeam", "10", "uːnbiːm"}, {"moonbeams", "10", "uːnbiːmz"}}},
    {Part::kObject, kNight, {{"chime", "1", "aɪm"}, {"chimes", "1", "aɪmz"}}},
    {Part::kPlace, kGeneral | kNight | kHome, {{"room", "1", "uːm"}, {"rooms", "1", "uːmz"}}},
    {Part::kPlace, kNight, {{"attic", "10", "æɾɪk"}, {"attics", "10", "æɾɪks"}}},
    {Part::kPlace, kGeneral | kNight | kCity | kWork | kHome | kHeart, {{"stair", "1", "ɛɹ"}, {"stairs", "1", "ɛɹz"}}},
    {Part::kPlace, kNight | kHome, {{"bed", "1", "ɛd"}, {"beds", "1", "ɛdz"}}},
    {Part::kPlace, kGeneral | kNight | kCode | kWork | kHome | kHeart, {{"hall", "1", "ɔːl"}, {"halls", "1", "ɔːlz"}}},
    {Part::kPlace, kNight, {{"window", "10", "ɪndoʊ"}, {"windows", "10", "ɪndoʊz"}}},
    {Part::kPlace, kNight, {{"rooftop", "10", "uːftɑːp"}, {"rooftops", "10", "uːftɑːps"}}},
    {Part::kPlace, kNight | kCity, {{"tower", "10", "aʊɚ"}, {"towers", "10", "aʊɚz"}}},
    {Part::kPlace, kNight | kWork, {{"yard", "1", "ɑːɹd"}, {"yards", "1", "ɑːɹdz"}}},
    {Part::kPlace, kNight, {{"landing", "10", "ændɪŋ"}, {"landings", "10", "ændɪŋz"}}},
    {Part::kForce, kGeneral | kNight, {{"star", "1", "ɑːɹ"}, {"stars", "1", "ɑːɹz"}}},
    {Part::kForce, kNight, {{"shadow", "10", "ædoʊ"}, {"shadows", "10", "ædoʊz"}}},
    {Part::kForce, kNight, {{"dusk", "1", "ʌsk"}}},
    {Part::kForce, kNight, {{"moonlight", "10", "uːnlaɪt"}}},
    {Part::kForce, kNight, {{"comet", "10", "ɑːmɪt"}, {"comets", "10", "ɑːmɪts"}}},
    {Part::kForce, kNight, {{"dream", "1", "iːm"}, {"dreams", "1", "iːmz"}}},
    {Part::kForce, kNight, {{"gloom", "1", "uːm"}}},
    {Part::kForce, kNight, {{"night", "1", "aɪt"}, {"nights", "1", "aɪts"}}},
    {Part::kForce, kGeneral | kNight, {{"hour", "10", "aʊɚ"}, {"hours", "10", "aʊɚz"}}},
    {Part::kForce, kNight, {{"silence", "10", "aɪləns"}}},
    {Part::kForce, kNight, {{"planet", "10", "ænɪt"}, {"planets", "10", "ænɪts"}}},
    {Part::kBeast, kGeneral | kNight, {{"owl", "1", "aʊl"}, {"owls", "1", "aʊlz"}}},
    {Part::kBeast, kNight | kCode, {{"moth", "1", "ɑːθ"}, {"moths", "1", "ɑːθs"}}},
    {Part::kBeast, kNight, {{"bat", "1", "æt"}, {"bats", "1", "æts"}}},
    {Part::kBeast, kGeneral | kNight | kCity | kHome | kHeart, {{"cat", "1", "æt"}, {"cats", "1", "æts"}}},
    {Part::kBeast, kGeneral | kNight | kAnimals, {{"fox", "1", "ɑːks"}, {"foxes", "10", "ɑːksᵻz"}}},
    {Part::kBeast, kNight, {{"cricket", "10", "ɪkɪt"}, {"crickets", "10", "ɪkɪts"}}},
    {Part::kBeast, kGeneral | kNight | kHome, {{"mouse", "1", "aʊs"}, {"mice", "1", "aɪs"}}},
    {Part::kBeast, kNight, {{"badger", "10", "ædʒɚ"}, {"badgers", "10", "ædʒɚz"}}},
    {Part::kPerson, kNight, {{"watchman", "10", "ɑːtʃmən"}, {"watchmen", "10", "ɑːtʃmɛn"}}},
    {Part::kPerson, kNight, {{"sleeper", "10", "iːpɚ"}, {"sleepers", "10", "iːpɚz"}}},
    {Part::kPerson, kNight, {{"dreamer", "10", "iːmɚ"}, {"dreamers", "10", "iːmɚz"}}},
    {Part::kPerson, kNight, {{"baker", "10", "eɪkɚ"}, {"bakers", "10", "eɪkɚz"}}},
    {Part::kPerson, kGeneral | kNight | kHeart, {{"poet", "10", "oʊɪt"}, {"poets", "10", "oʊɪts"}}},
    {Part::kPerson, kNight, {{"stargazer", "10x", "ɑːɹɡeɪzɚ"}, {"stargazers", "10x", "ɑːɹɡeɪzɚz"}}},
    {Part::kPerson, kGeneral | kNight, {{"thief", "1", "iːf"}, {"thieves", "1", "iːvz"}}},
    {Part::kPerson, kNight, {{"ghost", "1", "oʊst"}, {"ghosts", "1", "oʊsts"}}},
    {Part::kPerson, kGeneral | kNight, {{"nurse", "1", "ɜːs"}, {"nurses", "10", "ɜːsᵻz"}}},
    {Part::kAbstract, kNight, {{"silence", "10", "aɪləns"}}},
    {Part::kAbstract, kNight, {{"starlight", "10", "ɑːɹlaɪt"}}},
    {Part::kAbstract, kNight, {{"moonlight", "10", "uːnlaɪt"}}},
    {Part::kAbstract, kNight, {{"velvet", "10", "ɛlvɪt"}}},
    {Part::kAbstract, kGeneral | kNight, {{"rest", "1", "ɛst"}}},
    {Part::kAbstract, kNight, {{"sleep", "1", "iːp"}}},
    {Part::kAbstract, kGeneral | kNight, {{"gloom", "1", "uːm"}}},
};
// clang-format on

}  // namespace

absl::Span<const Lemma> NounsNightLemmas() { return kLemmas; }

}  // namespace flowmesh::models
