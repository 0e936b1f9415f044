#include "server/tls/live_identity.h"

#include <utility>

namespace flowmesh::tls {
namespace {

absl::StatusOr<Identity> ReadIdentity(const IdentityFiles& files, absl::Time now) {
  Identity identity;
  absl::StatusOr<KeyPair> pair = ReadKeyPair(files.key_pair, now);
  if (!pair.ok()) return pair.status();
  identity.key_pair = *std::move(pair);
  if (files.client_authorities.empty()) return identity;
  absl::StatusOr<std::string> authorities = ReadAuthorities(files.client_authorities);
  if (!authorities.ok()) return authorities.status();
  identity.client_authorities = *std::move(authorities);
  return identity;
}

}  // namespace

absl::StatusOr<std::shared_ptr<LiveIdentity>> LiveIdentity::Open(IdentityFiles files, base::Clock* clock) {
  absl::StatusOr<Identity> identity = ReadIdentity(files, clock->Now());
  if (!identity.ok()) return identity.status();
  return std::shared_ptr<LiveIdentity>(new LiveIdentity(std::move(files), clock, *std::move(identity)));
}

LiveIdentity::LiveIdentity(IdentityFiles files, base::Clock* clock, Identity identity)
    : files_(std::move(files)), clock_(clock), current_(std::make_shared<const Identity>(std::move(identity))) {}

std::shared_ptr<const Identity> LiveIdentity::current() const {
  base::MutexLock lock(mutex_);
  return current_;
}

absl::StatusOr<bool> LiveIdentity::Reread() {
  absl::StatusOr<Identity> identity = ReadIdentity(files_, clock_->Now());
  if (!identity.ok()) return identity.status();
  auto next = std::make_shared<const Identity>(*std::move(identity));
  base::MutexLock lock(mutex_);
  if (*next == *current_) return false;
  current_ = std::move(next);
  return true;
}

std::vector<std::string> LiveIdentity::paths() const {
  std::vector<std::string> paths{files_.key_pair.certificates, files_.key_pair.private_key};
  if (!files_.client_authorities.empty()) paths.push_back(files_.client_authorities);
  return paths;
}

}  // namespace flowmesh::tls
