#include "server/store/postgres/hint_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace flowmesh::store::postgres {
namespace {

constexpr char kReady[] = "ready";
constexpr char kFlows[] = "flows";
constexpr char kReplicas[] = "replicas";
constexpr char kEverything[] = "everything";
constexpr absl::string_view kMail = "mail:";

Hint Everything() { return {.everything = true}; }

size_t NamesIn(const Hint& hint) { return hint.executions.size() + hint.mail.size(); }

template <typename T>
void DropRepetitions(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

void Bound(Hint* hint) {
  DropRepetitions(hint->executions);
  DropRepetitions(hint->mail);
  if (hint->everything || NamesIn(*hint) > kMaxHintNames) *hint = Everything();
}

// False: the word says nothing that is known.
bool ReadWord(absl::string_view word, Hint* hint) {
  if (absl::ConsumePrefix(&word, kMail)) {
    uint64_t replica = 0;
    if (!absl::SimpleAtoi(word, &replica)) return false;
    hint->mail.push_back(replica);
    return true;
  }
  if (word == kReady) return hint->ready = true;
  if (word == kFlows) return hint->flows = true;
  if (word == kReplicas) return hint->replicas = true;
  const absl::StatusOr<base::Id> id = base::Id::Parse(word);
  if (id.ok()) hint->executions.push_back(*id);
  return id.ok();
}

}  // namespace

void AddHint(const Hint& more, Hint* hint) {
  hint->ready |= more.ready;
  hint->flows |= more.flows;
  hint->replicas |= more.replicas;
  hint->everything |= more.everything;
  if (hint->everything || NamesIn(more) > kMaxHintNames) {
    *hint = Everything();
    return;
  }
  hint->executions.insert(hint->executions.end(), more.executions.begin(), more.executions.end());
  hint->mail.insert(hint->mail.end(), more.mail.begin(), more.mail.end());
  // Sorting is put off until it pays.
  if (NamesIn(*hint) > 2 * kMaxHintNames) Bound(hint);
}

std::vector<std::string> HintTexts(Hint hint) {
  Bound(&hint);
  std::vector<std::string> texts;
  const auto add = [&](absl::string_view word) {
    if (texts.empty() || texts.back().size() + 1 + word.size() > kMaxHintTextBytes) {
      texts.emplace_back(word);
    } else {
      absl::StrAppend(&texts.back(), " ", word);
    }
  };
  if (hint.everything) add(kEverything);
  if (hint.ready) add(kReady);
  if (hint.flows) add(kFlows);
  if (hint.replicas) add(kReplicas);
  for (const uint64_t replica : hint.mail) add(absl::StrCat(kMail, replica));
  for (const base::Id& id : hint.executions) add(id.ToString());
  return texts;
}

Hint ReadHintText(std::string_view text) {
  Hint hint;
  for (const absl::string_view word : absl::StrSplit(absl::string_view(text.data(), text.size()), ' ')) {
    if (!ReadWord(word, &hint)) return Everything();
  }
  return hint;
}

}  // namespace flowmesh::store::postgres
