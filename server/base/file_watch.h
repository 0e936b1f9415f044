#ifndef FLOWMESH_SERVER_BASE_FILE_WATCH_H_
#define FLOWMESH_SERVER_BASE_FILE_WATCH_H_

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/mutex.h"
#include "server/base/random.h"

namespace flowmesh::base {

// What is read again when one of its files changes.
struct WatchedFiles {
  std::vector<std::string> paths;  // symbolic links are followed; what is no regular file is never read again
  // Reads them and says whether something new is in use now. On an error everything must stay as it was. Called on the
  // watch's thread, or on that of CheckNow, never on two at once.
  std::function<absl::StatusOr<bool>()> read;
};

struct FileWatchOptions {
  absl::Duration interval = absl::Seconds(1);  // between two looks; up to a quarter less, by chance
};

// Notices that files changed, by asking for their inode, size and times: that works for files that are written, renamed
// over and mounted alike. Files that fail to be read are tried again when they change once more; the failure is
// reported once, and only if they still fail a look later, since certificate and key are rarely replaced in one step.
// Start and Stop are symmetric and idempotent. Thread-safe, except that everything is added before Start.
class FileWatch {
 public:
  // Hears what happened: OK = the files at `paths` were read again and are in use. Called as `read` is.
  using Report = std::function<void(const std::vector<std::string>& paths, const absl::Status& status)>;

  // `random` must outlive the watch.
  FileWatch(FileWatchOptions options, RandomSource* random, Report report);
  // Stops.
  ~FileWatch();

  // To be called before the files are read for the first time or soon after: what changed between is found by the first
  // look, which reads everything.
  void Add(WatchedFiles files);

  void Start() ABSL_LOCKS_EXCLUDED(mutex_);
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Reads everything again, changed or not, and reports what fails. Blocks on the files.
  void CheckNow() ABSL_LOCKS_EXCLUDED(looking_);

  // What the thread does after each interval: reads what changed. Blocks on the files.
  void Look() ABSL_LOCKS_EXCLUDED(looking_);

 private:
  // Where a file stands; all zero when it is not there.
  struct Stamp {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = 0;
    int64_t modified_ns = 0;
    int64_t changed_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  struct Entry {
    WatchedFiles files;
    std::vector<Stamp> stamps;  // empty before the first look
    absl::Status unreported;    // why they could not be read, as long as nobody has heard it
  };

  static std::vector<Stamp> StampsOf(const std::vector<std::string>& paths);
  static bool AreRegular(const std::vector<std::string>& paths);
  void Read(Entry* entry, bool patient) ABSL_EXCLUSIVE_LOCKS_REQUIRED(looking_);
  void LookUntilStopped() ABSL_LOCKS_EXCLUDED(mutex_);

  const FileWatchOptions options_;
  RandomSource* const random_;
  const Report report_;

  Mutex looking_;
  std::vector<Entry> entries_ ABSL_GUARDED_BY(looking_);

  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // of Start and Stop
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_FILE_WATCH_H_
