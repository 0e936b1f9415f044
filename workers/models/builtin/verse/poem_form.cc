#include "workers/models/builtin/verse/poem_form.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace flowmesh::models {
namespace {

// Letters only, in lower case.
std::string Squeeze(absl::string_view name) {
  std::string squeezed;
  for (const char c : name) {
    if (c != ' ' && c != '-' && c != '_') squeezed += absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return squeezed;
}

}  // namespace

absl::string_view FormName(PoemForm form) {
  switch (form) {
    case PoemForm::kSonnet:
      return "sonnet";
    case PoemForm::kBallad:
      return "ballad";
    case PoemForm::kLimerick:
      return "limerick";
    case PoemForm::kHaiku:
      return "haiku";
    case PoemForm::kCouplets:
      return "couplets";
    case PoemForm::kVillanelle:
      return "villanelle";
    case PoemForm::kFreeVerse:
      return "free verse";
  }
  return "ballad";
}

absl::StatusOr<PoemForm> ParsePoemForm(absl::string_view name) {
  const std::string wanted = Squeeze(name);
  if (wanted.empty()) return PoemForm::kBallad;
  for (const PoemForm form : AllPoemForms()) {
    if (Squeeze(FormName(form)) == wanted) return form;
  }
  const std::string known = absl::StrJoin(
      AllPoemForms(), ", ", [](std::string* out, PoemForm form) { absl::StrAppend(out, FormName(form)); });
  return absl::InvalidArgumentError(
      absl::StrCat("unknown poem form \"", name.substr(0, 40), "\"; known forms: ", known));
}

const std::vector<PoemForm>& AllPoemForms() {
  static const auto* const forms =
      new std::vector<PoemForm>{PoemForm::kSonnet,   PoemForm::kBallad,     PoemForm::kLimerick, PoemForm::kHaiku,
                                PoemForm::kCouplets, PoemForm::kVillanelle, PoemForm::kFreeVerse};
  return *forms;
}

}  // namespace flowmesh::models
