#include "workers/models/builtin/verse/lexicon_tables.h"

namespace flowmesh::models {
namespace {

// clang-format off
constexpr Lemma kLemmas[] = {
    {Part::kObject, kWork, {{"pencil", "10", "ɛnsəl"}, {"pencils", "10", "ɛnsəlz"}}},
    {Part::kObject, kWork, {{"desk", "1", "ɛsk"}, {"desks", "1", "ɛsks"}}},
    {Part::kObject, kWork, {{"stapler", "10", "eɪplɚ"}, {"staplers", "10", "eɪplɚz"}}},
    {Part::kObject, kWork, {{"folder", "10", "oʊldɚ"}, {"folders", "10", "oʊldɚz"}}},
    {Part::kObject, kWork, {{"form", "1", "ɔːɹm"}, {"forms", "1", "ɔːɹmz"}}},
    {Part::kObject, kWork, {{"list", "1", "ɪst"}, {"lists", "1", "ɪsts"}}},
    {Part::kObject, kWork, {{"pen", "1", "ɛn"}, {"pens", "1", "ɛnz"}}},
    {Part::kObject, kGeneral | kWork | kHome, {{"chair", "1", "ɛɹ"}, {"chairs", "1", "ɛɹz"}}},
    {Part::kObject, kWork, {{"hammer", "10", "æmɚ"}, {"hammers", "10", "æmɚz"}}},
    {Part::kObject, kWork, {{"nail", "1", "eɪl"}, {"nails", "1", "eɪlz"}}},
    {Part::kObject, kWork, {{"saw", "1", "ɔː"}, {"saws", "1", "ɔːz"}}},
    {Part::kObject, kWork, {{"screw", "1", "uː"}, {"screws", "1", "uːz"}}},
    {Part::kObject, kWork, {{"wrench", "1", "ɛntʃ"}, {"wrenches", "10", "ɛntʃᵻz"}}},
    {Part::kObject, kWork, {{"drill", "1", "ɪl"}, {"drills", "1", "ɪlz"}}},
    {Part::kObject, kWork, {{"memo", "10", "ɛmoʊ"}, {"memos", "10", "ɛmoʊz"}}},
    {Part::kObject, kWork, {{"calendar", "10x", "æləndɚ"}, {"calendars", "10x", "æləndɚz"}}},
    {Part::kObject, kWork, {{"ladder", "10", "ædɚ"}, {"ladders", "10", "ædɚz"}}},
    {Part::kObject, kWork, {{"bucket", "10", "ʌkɪt"}, {"buckets", "10", "ʌkɪts"}}},
    {Part::kObject, kWork, {{"wheel", "1", "iːl"}, {"wheels", "1", "iːlz"}}},
    {Part::kObject, kWork, {{"tool", "1", "uːl"}, {"tools", "1", "uːlz"}}},
    {Part::kObject, kWork, {{"sum", "1", "ʌm"}, {"sums", "1", "ʌmz"}}},
    {Part::kPlace, kWork, {{"workshop", "10", "ɜːkʃɑːp"}, {"workshops", "10", "ɜːkʃɑːps"}}},
    {Part::kPlace, kWork, {{"mill", "1", "ɪl"}, {"mills", "1", "ɪlz"}}},
    {Part::kPlace, kWork, {{"factory", "10x", "æktɚɹi"}, {"factories", "10x", "æktɚɹiz"}}},
    {Part::kPlace, kWork | kHeart, {{"bench", "1", "ɛntʃ"}, {"benches", "10", "ɛntʃᵻz"}}},
    {Part::kPlace, kGeneral | kWork, {{"road", "1", "oʊd"}, {"roads", "1", "oʊdz"}}},
    {Part::kPlace, kWork, {{"shop", "1", "ɑːp"}, {"shops", "1", "ɑːps"}}},
    {Part::kPlace, kWork, {{"store", "1", "oːɹ"}, {"stores", "1", "oːɹz"}}},
    {Part::kPlace, kWork, {{"site", "1", "aɪt"}, {"sites", "1", "aɪts"}}},
    {Part::kPlace, kWork, {{"ward", "1", "ɔːɹd"}, {"wards", "1", "ɔːɹdz"}}},
    {Part::kForce, kWork, {{"engine", "10", "ɛndʒɪn"}, {"engines", "10", "ɛndʒɪnz"}}},
    {Part::kForce, kWork, {{"deadline", "10", "ɛdlaɪn"}, {"deadlines", "10", "ɛdlaɪnz"}}},
    {Part::kForce, kWork, {{"meeting", "10", "iːɾɪŋ"}, {"meetings", "10", "iːɾɪŋz"}}},
    {Part::kForce, kWork, {{"alarm", "01", "ɑːɹm"}, {"alarms", "01", "ɑːɹmz"}}},
    {Part::kForce, kWork, {{"sawdust", "10", "ɔːdʌst"}}},
    {Part::kForce, kWork | kHome, {{"clock", "1", "ɑːk"}, {"clocks", "1", "ɑːks"}}},
    {Part::kForce, kWork, {{"machine", "01", "iːn"}, {"machines", "01", "iːnz"}}},
    {Part::kForce, kWork, {{"whistle", "10", "ɪsəl"}, {"whistles", "10", "ɪsəlz"}}},
    {Part::kForce, kWork, {{"gear", "1", "ɪɹ"}, {"gears", "1", "ɪɹz"}}},
    {Part::kForce, kWork | kHome, {{"kettle", "10", "ɛɾəl"}, {"kettles", "10", "ɛɾəlz"}}},
    {Part::kForce, kWork, {{"week", "1", "iːk"}, {"weeks", "1", "iːks"}}},
    {Part::kBeast, kWork, {{"ant", "1", "ænt"}, {"ants", "1", "ænts"}}},
    {Part::kBeast, kWork, {{"ox", "1", "ɑːks"}, {"oxen", "10", "ɑːksən"}}},
    {Part::kBeast, kWork, {{"horse", "1", "ɔːɹs"}, {"horses", "10", "ɔːɹsᵻz"}}},
    {Part::kBeast, kWork, {{"mule", "1", "uːl"}, {"mules", "1", "uːlz"}}},
    {Part::kBeast, kWork, {{"beaver", "10", "iːvɚ"}, {"beavers", "10", "iːvɚz"}}},
    {Part::kBeast, kGeneral | kWork | kHome, {{"hen", "1", "ɛn"}, {"hens", "1", "ɛnz"}}},
    {Part::kPerson, kWork, {{"carpenter", "10x", "ɑːɹpəntɚ"}, {"carpenters", "10x", "ɑːɹpəntɚz"}}},
    {Part::kPerson, kWork, {{"plumber", "10", "ʌmɚ"}, {"plumbers", "10", "ʌmɚz"}}},
    {Part::kPerson, kWork, {{"boss", "1", "ɔs"}, {"bosses", "10", "ɔsᵻz"}}},
    {Part::kPerson, kWork, {{"accountant", "010", "aʊntənt"}, {"accountants", "010", "aʊntənts"}}},
    {Part::kPerson, kWork, {{"typist", "10", "aɪpɪst"}, {"typists", "10", "aɪpɪsts"}}},
    {Part::kPerson, kWork, {{"mechanic", "010", "ænɪk"}, {"mechanics", "010", "ænɪks"}}},
    {Part::kPerson, kWork, {{"apprentice", "010", "ɛntɪs"}, {"apprentices", "010x", "ɛntɪsᵻz"}}},
    {Part::kPerson, kWork | kHome, {{"cook", "1", "ʊk"}, {"cooks", "1", "ʊks"}}},
    {Part::kAbstract, kWork, {{"sawdust", "10", "ɔːdʌst"}}},
    {Part::kAbstract, kWork, {{"duty", "10", "uːɾi"}}},
    {Part::kAbstract, kWork, {{"sweat", "1", "ɛt"}}},
    {Part::kAbstract, kWork, {{"ink", "1", "ɪŋk"}}},
    {Part::kAbstract, kWork, {{"toil", "1", "ɔɪl"}}},
    {Part::kAbstract, kGeneral | kWork, {{"steel", "1", "iːl"}}},
    {Part::kAbstract, kWork, {{"glue", "1", "uː"}}},
};
// clang-format on

}  // namespace

absl::Span<const Lemma> NounsWorkLemmas() { return kLemmas; }

}  // namespace flowmesh::models
