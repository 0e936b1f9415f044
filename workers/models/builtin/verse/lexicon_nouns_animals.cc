#include "workers/models/builtin/verse/lexicon_tables.h"

namespace flowmesh::models {
namespace {

// clang-format off
constexpr Lemma kLemmas[] = {
    {Part::kObject, kAnimals, {{"collar", "10", "ɑːlɚ"}, {"collars", "10", "ɑːlɚz"}}},
    {Part::kObject, kAnimals, {{"bone", "1", "oʊn"}, {"bones", "1", "oʊnz"}}},
    {Part::kObject, kAnimals, {{"feather", "10", "ɛðɚ"}, {"feathers", "10", "ɛðɚz"}}},
    {Part::kObject, kAnimals, {{"nest", "1", "ɛst"}, {"nests", "1", "ɛsts"}}},
    {Part::kObject, kAnimals, {{"saddle", "10", "ædəl"}, {"saddles", "10", "ædəlz"}}},
    {Part::kObject, kAnimals, {{"whisker", "10", "ɪskɚ"}, {"whiskers", "10", "ɪskɚz"}}},
    {Part::kObject, kAnimals, {{"tail", "1", "eɪl"}, {"tails", "1", "eɪlz"}}},
    {Part::kObject, kAnimals, {{"paw", "1", "ɔː"}, {"paws", "1", "ɔːz"}}},
    {Part::kObject, kGeneral | kAnimals, {{"wing", "1", "ɪŋ"}, {"wings", "1", "ɪŋz"}}},
    {Part::kObject, kGeneral | kAnimals, {{"toy", "1", "ɔɪ"}, {"toys", "1", "ɔɪz"}}},
    {Part::kObject, kAnimals, {{"stick", "1", "ɪk"}, {"sticks", "1", "ɪks"}}},
    {Part::kObject, kAnimals, {{"ball", "1", "ɔːl"}, {"balls", "1", "ɔːlz"}}},
    {Part::kObject, kAnimals, {{"egg", "1", "ɛɡ"}, {"eggs", "1", "ɛɡz"}}},
    {Part::kObject, kAnimals, {{"horn", "1", "ɔːɹn"}, {"horns", "1", "ɔːɹnz"}}},
    {Part::kObject, kAnimals, {{"mane", "1", "eɪn"}, {"manes", "1", "eɪnz"}}},
    {Part::kObject, kAnimals, {{"claw", "1", "ɔː"}, {"claws", "1", "ɔːz"}}},
    {Part::kObject, kAnimals, {{"leash", "1", "iːʃ"}, {"leashes", "10", "iːʃᵻz"}}},
    {Part::kPlace, kAnimals, {{"barn", "1", "ɑːɹn"}, {"barns", "1", "ɑːɹnz"}}},
    {Part::kPlace, kAnimals, {{"forest", "10", "ɔːɹɪst"}, {"forests", "10", "ɔːɹɪsts"}}},
    {Part::kPlace, kAnimals, {{"den", "1", "ɛn"}, {"dens", "1", "ɛnz"}}},
    {Part::kPlace, kAnimals, {{"stable", "10", "eɪbəl"}, {"stables", "10", "eɪbəlz"}}},
    {Part::kPlace, kAnimals, {{"farm", "1", "ɑːɹm"}, {"farms", "1", "ɑːɹmz"}}},
    {Part::kPlace, kAnimals, {{"burrow", "10", "ɜːɹoʊ"}, {"burrows", "10", "ɜːɹoʊz"}}},
    {Part::kPlace, kGeneral | kAnimals, {{"glade", "1", "eɪd"}, {"glades", "1", "eɪdz"}}},
    {Part::kPlace, kAnimals, {{"mat", "1", "æt"}, {"mats", "1", "æts"}}},
    {Part::kPlace, kAnimals, {{"sofa", "10", "oʊfə"}, {"sofas", "10", "oʊfəz"}}},
    {Part::kPlace, kAnimals, {{"windowsill", "10x", "ɪndoʊsɪl"}, {"windowsills", "10x", "ɪndoʊsɪlz"}}},
    {Part::kPlace, kAnimals, {{"fold", "1", "oʊld"}, {"folds", "1", "oʊldz"}}},
    {Part::kPlace, kAnimals, {{"lair", "1", "ɛɹ"}, {"lairs", "1", "ɛɹz"}}},
    {Part::kPlace, kAnimals, {{"pen", "1", "ɛn"}, {"pens", "1", "ɛnz"}}},
    {Part::kForce, kGeneral | kAnimals | kHeart, {{"echo", "10", "ɛkoʊ"}, {"echoes", "10", "ɛkoʊz"}}},
    {Part::kForce, kAnimals, {{"scent", "1", "ɛnt"}, {"scents", "1", "ɛnts"}}},
    {Part::kForce, kGeneral | kAnimals, {{"dust", "1", "ʌst"}}},
    {Part::kBeast, kGeneral | kAnimals, {{"bear", "1", "ɛɹ"}, {"bears", "1", "ɛɹz"}}},
    {Part::kBeast, kGeneral | kAnimals, {{"hare", "1", "ɛɹ"}, {"hares", "1", "ɛɹz"}}},
    {Part::kBeast, kAnimals, {{"pony", "10", "oʊni"}, {"ponies", "10", "oʊniz"}}},
    {Part::kBeast, kAnimals, {{"lamb", "1", "æm"}, {"lambs", "1", "æmz"}}},
    {Part::kBeast, kAnimals, {{"pig", "1", "ɪɡ"}, {"pigs", "1", "ɪɡz"}}},
    {Part::kBeast, kGeneral | kAnimals, {{"goat", "1", "oʊt"}, {"goats", "1", "oʊts"}}},
    {Part::kBeast, kGeneral | kAnimals, {{"hound", "1", "aʊnd"}, {"hounds", "1", "aʊndz"}}},
    {Part::kBeast, kAnimals, {{"stork", "1", "oːɹk"}, {"storks", "1", "oːɹks"}}},
    {Part::kBeast, kAnimals, {{"squirrel", "1", "ɜːl"}, {"squirrels", "1", "ɜːlz"}}},
    {Part::kBeast, kAnimals, {{"donkey", "10", "ɔŋki"}, {"donkeys", "10", "ɔŋkiz"}}},
    {Part::kBeast, kAnimals, {{"lynx", "1", "ɪŋks"}, {"lynxes", "10", "ɪŋksᵻz"}}},
    {Part::kBeast, kAnimals, {{"mare", "1", "ɛɹ"}, {"mares", "1", "ɛɹz"}}},
    {Part::kBeast, kAnimals, {{"ram", "1", "æm"}, {"rams", "1", "æmz"}}},
    {Part::kPerson, kAnimals, {{"vet", "1", "ɛt"}, {"vets", "1", "ɛts"}}},
    {Part::kPerson, kAnimals, {{"rider", "10", "aɪdɚ"}, {"riders", "10", "aɪdɚz"}}},
    {Part::kPerson, kAnimals, {{"zookeeper", "10x", "ʊkiːpɚ"}, {"zookeepers", "10x", "ʊkiːpɚz"}}},
    {Part::kPerson, kAnimals, {{"groom", "1", "uːm"}, {"grooms", "1", "uːmz"}}},
    {Part::kAbstract, kAnimals, {{"mischief", "10", "ɪstʃɪf"}}},
    {Part::kAbstract, kAnimals, {{"dignity", "10x", "ɪɡnᵻɾi"}}},
    {Part::kAbstract, kAnimals, {{"fur", "1", "ɜː"}}},
    {Part::kAbstract, kAnimals, {{"fluff", "1", "ʌf"}}},
    {Part::kAbstract, kAnimals, {{"mud", "1", "ʌd"}}},
    {Part::kAbstract, kAnimals, {{"straw", "1", "ɔː"}}},
    {Part::kAbstract, kAnimals, {{"hay", "1", "eɪ"}}},
};
// clang-format on

}  // namespace

absl::Span<const Lemma> NounsAnimalsLemmas() { return kLemmas; }

}  // namespace flowmesh::models
