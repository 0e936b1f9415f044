#include "workers/models/builtin/verse/phrase.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace flowmesh::models {
namespace {

struct SlotCode {
  Part part;
  int form;
};

const absl::flat_hash_map<std::string, SlotCode>& SlotCodes() {
  static const auto* const codes = new absl::flat_hash_map<std::string, SlotCode>{
      {"o", {Part::kObject, 0}},      {"os", {Part::kObject, 1}},     {"l", {Part::kPlace, 0}},
      {"ls", {Part::kPlace, 1}},      {"f", {Part::kForce, 0}},       {"fs", {Part::kForce, 1}},
      {"b", {Part::kBeast, 0}},       {"bs", {Part::kBeast, 1}},      {"p", {Part::kPerson, 0}},
      {"ps", {Part::kPerson, 1}},     {"q", {Part::kAbstract, 0}},    {"ao", {Part::kAdjThing, 0}},
      {"al", {Part::kAdjPlace, 0}},   {"ab", {Part::kAdjLiving, 0}},  {"af", {Part::kAdjForce, 0}},
      {"y", {Part::kPredicate, 0}},   {"u", {Part::kVerbThing, 0}},   {"us", {Part::kVerbThing, 1}},
      {"ud", {Part::kVerbThing, 2}},  {"ug", {Part::kVerbThing, 3}},  {"v", {Part::kVerbLiving, 0}},
      {"vs", {Part::kVerbLiving, 1}}, {"vd", {Part::kVerbLiving, 2}}, {"vg", {Part::kVerbLiving, 3}},
      {"t", {Part::kVerbObject, 0}},  {"ts", {Part::kVerbObject, 1}}, {"td", {Part::kVerbObject, 2}},
      {"tg", {Part::kVerbObject, 3}}, {"d", {Part::kAdverb, 0}},      {"h", {Part::kHour, 0}},
      {"z", {Part::kTail, 0}},        {"x", {Part::kTown, 0}},
  };
  return *codes;
}

absl::StatusOr<LiteralChoice> MakeChoice(absl::string_view text) {
  LiteralChoice choice;
  choice.text = std::string(text);
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const Form* const form = Lexicon::Builtin().Find(absl::AsciiStrToLower(word));
    if (form == nullptr) return absl::InvalidArgumentError(absl::StrCat("no stress is known for \"", word, "\""));
    absl::StrAppend(&choice.stress, form->stress);
    choice.rhyme = form->rhyme;
  }
  return choice;
}

absl::Status FillSlot(absl::string_view code, bool feminine, Token& token) {
  token.optional = absl::EndsWith(code, "?");
  if (token.optional) code.remove_suffix(1);
  if (code == "a") {
    token.kind = TokenKind::kArticle;
  } else if (code == "T") {
    token.kind = TokenKind::kTopic;
  } else if (code == "V") {
    token.kind = TokenKind::kVocative;
  } else if (code == "W") {
    token.kind = TokenKind::kExtra;
  } else if (code == "he" || code == "He") {
    token.choices.push_back({feminine ? "she" : "he", "x", "iː"});
  } else if (code == "his") {
    token.choices.push_back({feminine ? "her" : "his", "x", ""});
  } else if (code == "him") {
    token.choices.push_back({feminine ? "her" : "him", "x", ""});
  } else {
    const auto it = SlotCodes().find(code);
    if (it == SlotCodes().end()) return absl::InvalidArgumentError(absl::StrCat("unknown slot {", code, "}"));
    token.kind = TokenKind::kWord;
    token.part = it->second.part;
    token.form = it->second.form;
  }
  return absl::OkStatus();
}

bool IsWordCharacter(char c) { return absl::ascii_isalnum(c) || c == '\'' || c == '-'; }

absl::Status FillLiteral(absl::string_view text, bool alternatives, Token& token) {
  std::vector<absl::string_view> options = {text};
  if (alternatives) options = absl::StrSplit(text, '|');
  for (const absl::string_view option : options) {
    absl::StatusOr<LiteralChoice> choice = MakeChoice(option);
    if (!choice.ok()) return choice.status();
    token.choices.push_back(*std::move(choice));
  }
  return absl::OkStatus();
}

// The core of a token: up to the closing bracket, or a run of letters.
size_t CoreEnd(absl::string_view text, size_t at) {
  if (text[at] == '{') return text.find('}', at);
  if (text[at] == '<') return text.find('>', at);
  size_t end = at;
  while (end < text.size() && IsWordCharacter(text[end])) ++end;
  return end;
}

}  // namespace

absl::StatusOr<Phrase> ParsePhrase(absl::string_view text, bool feminine) {
  Phrase phrase;
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    Token token;
    while (at < text.size() && text[at] == '"') token.before += text[at++];
    if (at >= text.size()) return absl::InvalidArgumentError(absl::StrCat("nothing after a quote in: ", text));
    size_t end = CoreEnd(text, at);
    if (end == absl::string_view::npos || end == at) {
      return absl::InvalidArgumentError(absl::StrCat("cannot read the phrase: ", text));
    }
    absl::Status status;
    if (text[at] == '{' || text[at] == '<') {
      const absl::string_view core = text.substr(at + 1, end - at - 1);
      status = text[at] == '{' ? FillSlot(core, feminine, token) : FillLiteral(core, true, token);
      ++end;
    } else {
      const absl::string_view core = text.substr(at, end - at);
      if (core == "a" || core == "A" || core == "an") {
        token.kind = TokenKind::kArticle;
      } else {
        status = FillLiteral(core, false, token);
      }
    }
    if (!status.ok()) return status;
    at = end;
    while (at < text.size() && text[at] != ' ') token.after += text[at++];
    phrase.names_topic |= token.kind == TokenKind::kTopic || token.kind == TokenKind::kVocative;
    phrase.names_extra |= token.kind == TokenKind::kExtra;
    phrase.tokens.push_back(std::move(token));
  }
  return phrase;
}

}  // namespace flowmesh::models
