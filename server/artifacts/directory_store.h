#ifndef FLOWMESH_SERVER_ARTIFACTS_DIRECTORY_STORE_H_
#define FLOWMESH_SERVER_ARTIFACTS_DIRECTORY_STORE_H_

#include <ctime>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/artifacts/directory_files.h"
#include "server/artifacts/object_store.h"

namespace flowmesh::artifacts {

// Objects as files of one directory, which one process has for itself or several replicas share:
//
//   flowmesh.lock          who has it
//   incoming/<id>          on its way in; what a crash has left here is removed at the next start
//   objects/<xx>/<id>      finished; xx = the last two digits of the id, which are random
//
// Names come from ids alone. A finished object was written, synced, renamed and its directory synced, in this order, so
// a crash leaves all of it or nothing. See ObjectStore for the contract.
class DirectoryStore : public ObjectStore {
 public:
  enum class Use {
    kAlone,
    kShared,  // with other processes that share it, on a file system that all of them see the same way
  };

  // Makes the directory if need be and removes what is left of a crash; beside other processes only what nobody has
  // written to for a day. FAILED_PRECONDITION: another process has it, or it cannot be written.
  static absl::StatusOr<std::unique_ptr<DirectoryStore>> Open(const std::string& directory, Use use = Use::kAlone);

  // No writer may be left.
  ~DirectoryStore() override = default;

  absl::StatusOr<std::unique_ptr<ObjectWriter>> Create(const base::Id& id) override;
  absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const base::Id& id, int64_t offset) override;
  absl::Status Delete(const base::Id& id) override;
  absl::StatusOr<ObjectPage> List(const std::string& cursor) override;

 private:
  DirectoryStore(std::string root, File lock) : root_(std::move(root)), lock_(std::move(lock)) {}

  std::string IncomingDirectory() const { return root_ + "/incoming"; }
  absl::Status RemoveUnfinished(std::time_t untouched_since) const;
  std::string DirectoryOf(const std::string& id) const;

  const std::string root_;
  const File lock_;
};

}  // namespace flowmesh::artifacts

#endif  // FLOWMESH_SERVER_ARTIFACTS_DIRECTORY_STORE_H_
