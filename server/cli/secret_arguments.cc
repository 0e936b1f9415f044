#include "server/cli/secret_arguments.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace flowmesh::cli {
namespace {

struct SecretFlag {
  absl::string_view name;
  absl::string_view instead;
};
constexpr absl::string_view kToken = "--token-file FILE or the environment variable FLOWMESH_TOKEN";
constexpr absl::string_view kKeys = "--keys-file FILE or the environment variable FLOWMESH_KEYS";
constexpr absl::string_view kModelKey = "the environment variable OPENAI_API_KEY";
constexpr absl::string_view kStore = "the environment variable FLOWMESH_STORE, or a PGPASSFILE";
constexpr SecretFlag kFlags[] = {
    {"--token", kToken},       {"--bearer", kToken},     {"--password", kToken},          {"--keys", kKeys},
    {"--secret", kKeys},       {"--api-key", kModelKey}, {"--openai-api-key", kModelKey}, {"--text-api-key", kModelKey},
    {"--text-key", kModelKey},
};

const SecretFlag* FlagOf(absl::string_view argument) {
  const absl::string_view name = argument.substr(0, argument.find('='));
  for (const SecretFlag& flag : kFlags) {
    if (name == flag.name) return &flag;
  }
  return nullptr;
}

// A JSON object's beginning in base64url, and two dots.
bool LooksLikeToken(absl::string_view value) {
  return absl::StartsWith(value, "eyJ") && std::count(value.begin(), value.end(), '.') == 2 &&
         std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.'; });
}

// As providers of models make them.
bool LooksLikeModelKey(absl::string_view value) {
  return value.size() > 20 && absl::StartsWith(value, "sk-") &&
         std::all_of(value.begin(), value.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; });
}

// https://user:password@host
bool HasPassword(absl::string_view value) {
  if (!absl::StartsWith(value, "http://") && !absl::StartsWith(value, "https://")) return false;
  const absl::string_view authority = value.substr(value.find("//") + 2);
  return absl::StrContains(authority.substr(0, authority.find_first_of("/?#")), '@');
}

// postgres://user:password@host, or ...?password=
bool HasDatabasePassword(absl::string_view value) {
  if (!absl::StartsWith(value, "postgres://") && !absl::StartsWith(value, "postgresql://")) return false;
  const absl::string_view after = value.substr(value.find("//") + 2);
  const absl::string_view authority = after.substr(0, after.find_first_of("/?#"));
  const size_t at = authority.rfind('@');
  const bool in_authority = at != absl::string_view::npos && absl::StrContains(authority.substr(0, at), ':');
  return in_authority || absl::StrContains(after, "password=");
}

void Hide(char* text) { std::memset(text, '*', std::strlen(text)); }

absl::Status Refusal(absl::string_view what, absl::string_view instead) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, " would show a secret to everybody who lists processes: use ", instead));
}

}  // namespace

absl::Status RefuseSecretArguments(int argc, char** argv) {
  absl::Status refusal;
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    const size_t equals = absl::StartsWith(argument, "--") ? argument.find('=') : absl::string_view::npos;
    char* const own_value = equals == absl::string_view::npos ? nullptr : argv[i] + equals + 1;
    if (const SecretFlag* flag = FlagOf(argument)) {
      refusal.Update(Refusal(flag->name, flag->instead));
      if (own_value != nullptr) Hide(own_value);
      if (own_value == nullptr && i + 1 < argc) Hide(argv[++i]);
      continue;
    }
    char* const value = own_value != nullptr ? own_value : argv[i];
    if (LooksLikeToken(value)) {
      refusal.Update(Refusal("a token on the command line", kToken));
    } else if (LooksLikeModelKey(value)) {
      refusal.Update(Refusal("a model's key on the command line", kModelKey));
    } else if (HasPassword(value)) {
      refusal.Update(Refusal("a URL with a user and password", "one without them"));
    } else if (HasDatabasePassword(value)) {
      refusal.Update(Refusal("a database address with a password", kStore));
    } else {
      continue;
    }
    Hide(value);
  }
  return refusal;
}

}  // namespace flowmesh::cli
