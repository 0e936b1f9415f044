#include "server/door/caller.h"

#include "absl/strings/str_cat.h"
#include "server/base/error.h"

namespace flowmesh::door {
namespace {

absl::Status RequireRole(bool has, const char* role) {
  if (has) return absl::OkStatus();
  return base::Error(absl::StatusCode::kPermissionDenied, "ROLE_REQUIRED",
                     absl::StrCat("this call needs the role ", role, "; use a token whose claim `roles` names it"))
      .With("role", role);
}

}  // namespace

absl::Status RequireAdmin(const Caller& caller) { return RequireRole(caller.admin, "admin"); }
absl::Status RequireWorker(const Caller& caller) { return RequireRole(caller.worker, "worker"); }

}  // namespace flowmesh::door
