// Certificates and keys, as flags name them.
#ifndef FLOWMESH_SERVER_CLI_TLS_FLAGS_H_
#define FLOWMESH_SERVER_CLI_TLS_FLAGS_H_

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "server/tls/live_identity.h"
#include "workers/sdk/channel_credentials.h"

namespace flowmesh::cli {

// Adds --tls-cert and --tls-key of a door that others come to.
void AddDoorTlsFlags(CLI::App& app, tls::IdentityFiles& files);

// Adds --tls, --tls-ca and --tls-name of a way to a server, and --allow-plaintext.
void AddChannelTlsFlags(CLI::App& app, sdk::TlsFiles& files, bool& allow_plaintext);

// Adds --tls-cert and --tls-key of a client that shows a certificate.
void AddClientCertificateFlags(CLI::App& app, sdk::TlsFiles& files);

// Null when no file is named. INVALID_ARGUMENT when only one of certificate and key is, or other files make no sense
// without them; else as tls::LiveIdentity::Open. `clock` must outlive the identity.
absl::StatusOr<std::shared_ptr<tls::LiveIdentity>> OpenIdentity(const tls::IdentityFiles& files, base::Clock* clock);

// INVALID_ARGUMENT when `server` is no address (server_address.h), or tokens would travel to another machine in plain
// text without leave.
absl::Status CheckPlaintext(const std::string& server, const sdk::TlsFiles& files, bool allow_plaintext);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_TLS_FLAGS_H_
