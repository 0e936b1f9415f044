#include "workers/sdk/call_scope.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/utf8.h"

namespace flowmesh::sdk {

std::string CallScope::Next(const std::string& name) { return absl::StrCat(path_, name, "#", ++used_[name]); }

std::string CallScope::Named(absl::string_view name) const { return absl::StrCat(path_, name); }

std::shared_ptr<CallScope> CallScope::Below(absl::string_view key) {
  return std::make_shared<CallScope>(absl::StrCat(key, "/"));
}

absl::Status CheckCallName(absl::string_view name) {
  if (name.empty()) return absl::InvalidArgumentError("a key is empty: leave it out or name the call");
  if (name.size() > kMaxCallKey) {
    return absl::InvalidArgumentError(
        absl::StrCat("a key has ", name.size(), " bytes, at most ", kMaxCallKey, " are taken: use an id"));
  }
  if (name.find_first_of("/#") != absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat("the key '", name, "' holds a '/' or '#': leave them out"));
  }
  if (!IsUtf8(name)) {
    return absl::InvalidArgumentError("a key is not UTF-8: use text");
  }
  return absl::OkStatus();
}

}  // namespace flowmesh::sdk
