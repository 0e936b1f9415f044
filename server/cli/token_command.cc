#include "server/cli/token_command.h"

#include <ostream>

#include "server/base/clock.h"
#include "server/cli/error_text.h"
#include "server/door/key_set.h"
#include "server/door/token_signer.h"

namespace flowmesh::cli {
namespace {

absl::StatusOr<std::string> Sign(const TokenOptions& options, base::Clock* clock) {
  if (options.keys_file.empty() && options.keys.empty()) {
    return absl::InvalidArgumentError(
        "no keys: give --keys-file FILE or set FLOWMESH_KEYS, the same as for the server");
  }
  const absl::StatusOr<door::KeySet> keys =
      options.keys_file.empty() ? door::KeySet::Parse(options.keys) : door::KeySet::FromFile(options.keys_file);
  if (!keys.ok()) return keys.status();
  const absl::StatusOr<door::TokenSigner> signer = door::TokenSigner::Create(*keys, clock, options.kid);
  if (!signer.ok()) return signer.status();
  return signer->Sign(options.subject, options.roles, options.ttl);
}

}  // namespace

ExitCode SignToken(const TokenOptions& options, const Terminal& terminal) {
  base::SystemClock clock;
  const absl::StatusOr<std::string> token = Sign(options, &clock);
  if (!token.ok()) {
    *terminal.err << RenderError(token.status()) << std::flush;
    return ExitCode::kUsage;
  }
  *terminal.out << *token << std::endl;
  return ExitCode::kOk;
}

}  // namespace flowmesh::cli
