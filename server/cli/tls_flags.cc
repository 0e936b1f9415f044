#include "server/cli/tls_flags.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/base/loopback.h"
#include "workers/sdk/server_address.h"

namespace flowmesh::cli {

void AddDoorTlsFlags(CLI::App& app, tls::IdentityFiles& files) {
  app.add_option("--tls-cert", files.key_pair.certificates,
                 "serve TLS with this certificate chain (PEM, leaf first); read again when it changes")
      ->type_name("FILE");
  app.add_option("--tls-key", files.key_pair.private_key, "private key of that certificate (PEM)")->type_name("FILE");
}

void AddChannelTlsFlags(CLI::App& app, sdk::TlsFiles& files, bool& allow_plaintext) {
  app.add_flag("--tls", files.enabled, "speak TLS to the server and trust the system's authorities");
  app.add_option("--tls-ca", files.authorities, "speak TLS to the server and trust these authorities alone (PEM)")
      ->type_name("FILE")
      ->envname("FLOWMESH_TLS_CA");
  app.add_option("--tls-name", files.server_name, "speak TLS to servers whose certificates are for this name")
      ->type_name("NAME");
  app.add_flag("--allow-plaintext", allow_plaintext, "do without TLS also outside of this machine");
}

void AddClientCertificateFlags(CLI::App& app, sdk::TlsFiles& files) {
  app.add_option("--tls-cert", files.certificates, "show the server this certificate chain (PEM, leaf first)")
      ->type_name("FILE");
  app.add_option("--tls-key", files.private_key, "private key of that certificate (PEM)")->type_name("FILE");
}

absl::StatusOr<std::shared_ptr<tls::LiveIdentity>> OpenIdentity(const tls::IdentityFiles& files, base::Clock* clock) {
  const bool has_certificate = !files.key_pair.certificates.empty();
  const bool has_key = !files.key_pair.private_key.empty();
  if (has_certificate != has_key) {
    return absl::InvalidArgumentError(
        absl::StrCat("--tls-cert and --tls-key go together: give ", has_key ? "--tls-cert" : "--tls-key", " too"));
  }
  if (!has_certificate) {
    if (files.client_authorities.empty()) return nullptr;
    return absl::InvalidArgumentError("--worker-ca needs TLS: give --tls-cert and --tls-key too");
  }
  return tls::LiveIdentity::Open(files, clock);
}

absl::Status CheckPlaintext(const std::string& server, const sdk::TlsFiles& files, bool allow_plaintext) {
  const absl::StatusOr<sdk::ServerAddress> address = sdk::ParseServerAddress(server);
  if (!address.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--server: ", std::string(address.status().message())));
  }
  const auto local = [](const std::string& host) { return base::IsLoopback(host) || host == "::1"; };
  if (files.on() || allow_plaintext || std::all_of(address->hosts.begin(), address->hosts.end(), local)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("tokens would travel to ", server,
                                                 " in plain text: say --tls or --tls-ca FILE, or --allow-plaintext if "
                                                 "the way there is safe"));
}

}  // namespace flowmesh::cli
