#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_PHRASE_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_PHRASE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "workers/models/builtin/verse/lexicon.h"

namespace flowmesh::models {

enum class TokenKind : uint8_t { kLiteral, kArticle, kTopic, kVocative, kExtra, kWord };

struct LiteralChoice {
  std::string text;    // may be several words, or empty
  std::string stress;  // of all its words
  std::string rhyme;   // of its last word
};

// One step of a phrase: something to say, with the punctuation that touches it.
struct Token {
  TokenKind kind = TokenKind::kLiteral;
  std::string before;                  // opening quotes
  std::string after;                   // commas, full stops, closing quotes
  std::vector<LiteralChoice> choices;  // kLiteral
  Part part = Part::kObject;           // kWord
  int form = 0;                        // kWord
  bool optional = false;               // kWord may be left out
};

// A phrase of the phrasebook (syntax there) ready for fitting.
struct Phrase {
  std::vector<Token> tokens;
  bool names_topic = false;
  bool names_extra = false;
};

// `feminine` picks she/her/hers for {he}, {his}, {him}. InvalidArgument names a code or a literal word that has no
// entry.
absl::StatusOr<Phrase> ParsePhrase(absl::string_view text, bool feminine);

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_VERSE_PHRASE_H_
