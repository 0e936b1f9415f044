#include "tests/simulation/database.h"

#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include "server/store/sqlite/sqlite_store.h"

namespace flowmesh::simulation {

void Database::Open() {
  if (open()) return;
  auto opened = store::SqliteStore::Open({.directory = directory_, .clock = clock_, .readers = 1, .shared = shared_});
  if (!opened.ok()) std::abort();
  store_ = *std::move(opened);
}

void Database::Close() {
  if (shared_) return;
  store_.reset();
  if (broken_ != Rule::kDurability || !copied_) return;
  using std::filesystem::copy_options;
  std::filesystem::copy(directory_ + ".copy", directory_, copy_options::overwrite_existing | copy_options::recursive);
  copied_ = false;
}

void Database::SaveCopy() {
  if (broken_ != Rule::kDurability || !dice_->Once(20)) return;
  std::filesystem::remove_all(directory_ + ".copy");
  std::filesystem::copy(directory_, directory_ + ".copy");
  copied_ = true;
}

void Database::Overwrite(uint64_t replica_id, const store::Writes& writes) {
  auto transaction = store_->Begin(replica_id, std::numeric_limits<int64_t>::max());
  if (!transaction.ok() || !(*transaction)->Apply(writes).ok() || !(*transaction)->Commit().ok()) std::abort();
}

}  // namespace flowmesh::simulation
