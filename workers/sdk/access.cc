#include "workers/sdk/access.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/secret_file.h"
#include "workers/sdk/server_channel.h"

namespace flowmesh::sdk {

FileAccess::FileAccess(AccessOptions options, base::Clock* clock)
    : options_(std::move(options)), clock_(clock), channel_(options_.channel) {}

absl::StatusOr<Access> FileAccess::Read() {
  absl::StatusOr<std::string> token = ReadToken();
  if (!token.ok()) return token.status();
  if (options_.channel == nullptr) {
    if (absl::Status status = RenewChannel(); !status.ok()) return status;
  }
  return Access{.channel = channel_, .token = *std::move(token)};
}

absl::Status FileAccess::RenewChannel() {
  absl::StatusOr<TlsMaterial> material = ReadTlsMaterial(options_.tls, clock_->Now());
  if (!material.ok()) return material.status();
  if (channel_ != nullptr && *material == material_) return absl::OkStatus();
  absl::StatusOr<std::shared_ptr<grpc::Channel>> channel = ChannelTo(options_.server, *material, options_.arguments);
  if (!channel.ok()) return channel.status();
  channel_ = *std::move(channel);
  material_ = *std::move(material);
  return absl::OkStatus();
}

absl::StatusOr<std::string> FileAccess::ReadToken() const {
  if (!options_.token.empty() || options_.token_file.empty()) return options_.token;
  absl::StatusOr<std::string> text = base::ReadSecretFile(options_.token_file);
  if (!text.ok()) return text.status();
  std::string token(absl::StripAsciiWhitespace(*text));
  if (token.empty())
    return absl::InvalidArgumentError(absl::StrCat(options_.token_file, " is empty: expected a token"));
  if (!std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; })) {
    return absl::InvalidArgumentError(absl::StrCat(options_.token_file, " holds more than one token, or none"));
  }
  return token;
}

}  // namespace flowmesh::sdk
