#include "server/cli/open_store.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/sqlite/sqlite_store.h"

namespace flowmesh::cli {
namespace {

bool NamesPostgres(const std::string& url) {
  return absl::StartsWith(url, "postgres://") || absl::StartsWith(url, "postgresql://");
}

}  // namespace

absl::Status CheckStoreUrl(const std::string& url) {
  if (url.empty() || NamesPostgres(url)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--store takes postgres://USER@HOST[:PORT][,HOST[:PORT]...]/DATABASE; without it the rows are in the --data "
      "directory");
}

std::string DescribeStore(const StoreChoice& choice) {
  return choice.url.empty() ? absl::StrCat("data in ", choice.data_directory) : "data in PostgreSQL";
}

absl::StatusOr<std::unique_ptr<store::Store>> OpenStore(const StoreChoice& choice, base::Clock* clock) {
  if (absl::Status status = CheckStoreUrl(choice.url); !status.ok()) return status;
  if (choice.url.empty()) return store::SqliteStore::Open({.directory = choice.data_directory, .clock = clock});
  return store::PostgresStore::Open({.url = choice.url, .notify = choice.notify});
}

}  // namespace flowmesh::cli
