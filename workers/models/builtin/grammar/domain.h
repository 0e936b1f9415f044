#ifndef FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_DOMAIN_H_
#define FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_DOMAIN_H_

// The settings of questions: who does what to what in software development, in a hospital, in a kitchen.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "workers/models/builtin/grammar/verb_forms.h"

namespace flowmesh::models {

// A domain as it is written down; lists are separated by `;`. Within a domain every agent can do every deed, and every
// deed may come before or after every event.
struct DomainText {
  const char* name;
  const char* keywords;  // separated by spaces; a topic's word that begins with one points here; `+` = the whole word
  const char* agents;    // who does things, in the singular, without article
  const char* boss;      // who may ask them to
  const char* client;    // whom they do it for
  const char* place;     // where they work, as in "the server room" without article
  const char* deeds;     // verb/countable noun; a `*` at the end: one does it again and again
  const char* events;    // subject/verb or subject/verb/rest: what happens at a moment; a `*` at the end: by a plan
  const char* masses;    // uncountable nouns that one can have much or little of
  const char* things;    // noun:adjective,adjective: things that are compared
  const char* sources;   // openings of a sentence that say who says so
};

struct Deed {
  VerbForms verb;
  std::string noun, nouns;  // singular and plural, without article
  bool routine = false;     // one does it again and again
};

struct Event {
  std::string subject;  // singular, with article
  VerbForms verb;
  std::string rest;      // with a leading space; may be empty
  bool planned = false;  // one knows beforehand that it will happen
};

struct Thing {
  std::string noun, nouns;
  std::vector<std::string> adjectives;
};

struct Domain {
  absl::string_view name;
  std::vector<std::string> keywords;
  std::vector<std::string> agents;
  std::string boss, client, place;
  std::vector<Deed> deeds;
  std::vector<Event> events;
  std::vector<std::string> masses;
  std::vector<Thing> things;
  std::vector<std::string> sources;
};

// All domains; the first is the general one. They live as long as the program.
absl::Span<const Domain> AllDomains();

// The domain that a free text points to, or nullptr.
const Domain* FindDomain(absl::string_view text);

absl::Span<const DomainText> TechnicalDomains();
absl::Span<const DomainText> OfficeDomains();
absl::Span<const DomainText> EverydayDomains();

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_BUILTIN_GRAMMAR_DOMAIN_H_
