#include "server/store/sqlite/backup.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/failure.h"
#include "server/store/sqlite/lock_file.h"
#include "server/store/sqlite/migrations.h"

namespace flowmesh::store {
namespace {

constexpr char kDatabase[] = "flowmesh.db";
constexpr char kLock[] = "flowmesh.lock";
constexpr char kArtifacts[] = "artifacts";
constexpr char kRestoring[] = "flowmesh.db.restoring";

constexpr int kPagesPerStep = 1024;
// For the moments in which a server that starts has the database for itself.
constexpr int kBusyMs = 10'000;

absl::Status FileFailed(const std::string& doing, const std::string& path) {
  const std::string text = absl::StrCat("cannot ", doing, " ", path, ": ", std::strerror(errno));
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) return absl::ResourceExhaustedError(text);
  return absl::FailedPreconditionError(text);
}

bool Exists(const std::string& path) {
  struct stat found = {};
  return lstat(path.c_str(), &found) == 0;
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : descriptor_(open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status SyncFolder(const std::string& path) {
  const Descriptor folder(path, O_RDONLY | O_DIRECTORY);
  if (!folder.ok() || fsync(folder.get()) != 0) return FileFailed("sync", path);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> SizeOf(const Descriptor& file, const std::string& path) {
  struct stat found = {};
  if (fstat(file.get(), &found) != 0) return FileFailed("read", path);
  return int64_t{found.st_size};
}

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};

// The first column of the first row of a statement. INVALID_ARGUMENT: the file is none of SQLite's; DATA_LOSS
// otherwise.
absl::StatusOr<std::string> Ask(sqlite3* db, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
  std::string text;
  if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    const auto* column = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    if (column != nullptr) text = column;
    code = SQLITE_OK;
  }
  const std::string words = sqlite3_errmsg(db);
  sqlite3_finalize(statement);
  if (code == SQLITE_OK) return text;
  return (code & 0xff) == SQLITE_NOTADB ? absl::InvalidArgumentError(words) : absl::DataLossError(words);
}

// Looks at a file that nobody writes, without leaving anything beside it.
absl::StatusOr<BackupFacts> Prove(const std::string& file) {
  const Descriptor opened(file, O_RDONLY);
  if (!opened.ok()) return FileFailed("read", file);
  const absl::StatusOr<int64_t> bytes = SizeOf(opened, file);
  if (!bytes.ok()) return bytes.status();
  // With an empty authority: a path may begin with two slashes.
  const std::string uri =
      absl::StrCat(absl::StartsWith(file, "/") ? "file://" : "file:",
                   absl::StrReplaceAll(file, {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}}), "?immutable=1");
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(uri.c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, CloseDatabase> db(raw);
  if (code != SQLITE_OK) return absl::FailedPreconditionError(absl::StrCat("cannot read ", file));
  const absl::StatusOr<std::string> application = Ask(raw, "PRAGMA application_id");
  if (absl::IsInvalidArgument(application.status()) ||
      (application.ok() && *application != absl::StrCat(kApplicationId))) {
    return absl::FailedPreconditionError(absl::StrCat(file, " is no backup of a flowmesh store"));
  }
  const absl::StatusOr<std::string> whole =
      application.ok() ? Ask(raw, "PRAGMA integrity_check(1)") : application.status();
  if (!whole.ok() || *whole != "ok") {
    return absl::FailedPreconditionError(absl::StrCat(
        file, " is damaged: ", whole.ok() ? *whole : std::string(whole.status().message()), "; take another backup"));
  }
  const absl::StatusOr<std::string> version = Ask(raw, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  return BackupFacts{.bytes = *bytes, .version = std::atoll(version->c_str())};
}

// The connection only reads. SQLite 3.40 can damage a database when one connection checkpoints while another writes
// into a log that has just started over (fixed in 3.51.3); the server's writer alone does both, and it must stay alone.
// A read-only connection does neither, not when it closes either (connection.cc: no automatic checkpoints, none on
// close), so the log that a dead server has left stays as it is, too.
//
// One read transaction holds one moment for all steps. Without it, every write of the server between two steps would
// begin the copy anew.
absl::Status CopyPages(const std::string& database, const std::string& copy, const BackupProgress& progress) {
  ConnectionOptions reading;
  reading.path = database;
  reading.read_only = true;
  auto source = Connection::Open(reading);
  if (!source.ok()) return source.status();
  sqlite3_busy_timeout((*source)->db(), kBusyMs);
  if (const int code = (*source)->Execute("BEGIN; SELECT count(*) FROM sqlite_schema"); code != SQLITE_OK) {
    return (*source)->Failed(code);
  }
  const absl::StatusOr<int64_t> application = (*source)->Number("PRAGMA application_id");
  if (!application.ok()) return application.status();
  if (*application != kApplicationId) {
    return absl::FailedPreconditionError(absl::StrCat(database, " was not made by flowmesh"));
  }

  ConnectionOptions writing;
  writing.path = copy;
  auto target = Connection::Open(writing);
  if (!target.ok()) return target.status();
  // Nobody uses the copy before it is synced as a whole.
  if (const int code = (*target)->Execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF"); code != SQLITE_OK) {
    return (*target)->Failed(code);
  }
  sqlite3_backup* const backup = sqlite3_backup_init((*target)->db(), "main", (*source)->db(), "main");
  if (backup == nullptr) return (*target)->Failed(sqlite3_extended_errcode((*target)->db()));
  int code = SQLITE_OK;
  while ((code = sqlite3_backup_step(backup, kPagesPerStep)) == SQLITE_OK) {
    const int all = sqlite3_backup_pagecount(backup);
    if (progress) progress(all - sqlite3_backup_remaining(backup), all);
  }
  sqlite3_backup_finish(backup);
  return code == SQLITE_DONE ? absl::OkStatus() : (*target)->Failed(code);
}

absl::Status CopyBytes(const std::string& from, const std::string& to) {
  const Descriptor source(from, O_RDONLY);
  if (!source.ok()) return FileFailed("read", from);
  const Descriptor target(to, O_WRONLY | O_CREAT | O_TRUNC);
  if (!target.ok()) return FileFailed("write", to);
  std::vector<char> buffer(size_t{1} << 20);
  while (true) {
    const ssize_t got = read(source.get(), buffer.data(), buffer.size());
    if (got < 0) return FileFailed("read", from);
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = write(target.get(), buffer.data() + done, static_cast<size_t>(got - done));
      if (put < 0) return FileFailed("write", to);
      done += put;
    }
  }
  if (fsync(target.get()) != 0) return FileFailed("sync", to);
  return absl::OkStatus();
}

absl::Status IsThere(const std::string& file) {
  return absl::FailedPreconditionError(absl::StrCat(file, " exists; choose another name or remove it"));
}

// Whether the path still leads to the open file: the backup before may have renamed it.
bool Names(const std::string& path, const Descriptor& file) {
  struct stat named = {};
  struct stat opened = {};
  return lstat(path.c_str(), &named) == 0 && fstat(file.get(), &opened) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return SyncFolder(FolderOf(path));
  return errno == EEXIST ? absl::OkStatus() : FileFailed("make the directory", path);
}

// Whether a store may be restored into the directory.
absl::Status CheckEmpty(const std::string& path) {
  DIR* const folder = opendir(path.c_str());
  if (folder == nullptr) return FileFailed("read", path);
  std::set<std::string> names;
  while (const dirent* entry = readdir(folder)) names.insert(entry->d_name);
  closedir(folder);
  for (const char* harmless : {".", "..", kLock, kArtifacts, kRestoring}) names.erase(harmless);
  if (names.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(path, " is not empty (", absl::StrJoin(names, ", "),
                                                    "); choose another directory, or move these away"));
}

}  // namespace

absl::StatusOr<BackupFacts> BackUpDatabase(const std::string& directory, const std::string& file,
                                           const BackupProgress& progress) {
  const std::string database = absl::StrCat(directory, "/", kDatabase);
  if (!Exists(database)) {
    return absl::FailedPreconditionError(absl::StrCat("there is no store in ", directory, " (no ", kDatabase, ")"));
  }
  // Not by opening it: to close it again would drop the locks of whoever has it open in this process.
  if (access(database.c_str(), R_OK) != 0) return FileFailed("read", database);
  if (Exists(file)) return IsThere(file);
  const std::string partial = absl::StrCat(file, ".partial");
  const Descriptor copy(partial, O_RDWR | O_CREAT | O_NOFOLLOW);
  if (!copy.ok()) return FileFailed("write", partial);
  if (flock(copy.get(), LOCK_EX | LOCK_NB) != 0 || !Names(partial, copy)) {
    return absl::FailedPreconditionError(absl::StrCat("another backup writes ", partial));
  }
  if (Exists(file)) return IsThere(file);
  if (ftruncate(copy.get(), 0) != 0) return FileFailed("write", partial);
  absl::Status status = CopyPages(database, partial, progress);
  if (status.ok() && fsync(copy.get()) != 0) status = FileFailed("sync", partial);
  absl::StatusOr<BackupFacts> facts = status.ok() ? Prove(partial) : status;
  if (facts.ok() && rename(partial.c_str(), file.c_str()) != 0) facts = FileFailed("make", file);
  if (!facts.ok()) {
    unlink(partial.c_str());
    return facts;
  }
  if (absl::Status synced = SyncFolder(FolderOf(file)); !synced.ok()) return synced;
  return facts;
}

absl::StatusOr<BackupFacts> RestoreDatabase(const std::string& file, const std::string& directory) {
  // The file of a store that was copied by other means lacks what stands in its log.
  if (Exists(absl::StrCat(file, "-wal"))) {
    return absl::FailedPreconditionError(absl::StrCat(file, " has a log beside it (", file,
                                                      "-wal) and so is no backup; make one of its directory with "
                                                      "flowmesh backup"));
  }
  absl::StatusOr<BackupFacts> facts = Prove(file);
  if (!facts.ok()) return facts;
  const int64_t newest = Migrations().back().number;
  if (facts->version > newest) {
    return absl::FailedPreconditionError(absl::StrCat(file, " has version ", facts->version,
                                                      ", this program knows versions up to ", newest,
                                                      "; run a newer flowmesh"));
  }
  if (absl::Status made = MakeFolder(directory); !made.ok()) return made;
  const std::string lock_path = absl::StrCat(directory, "/", kLock);
  // Somebody else's directory gets no lock file from us.
  if (!Exists(lock_path)) {
    if (absl::Status empty = CheckEmpty(directory); !empty.ok()) return empty;
  }
  const auto lock = LockFile::Take(lock_path);
  if (!lock.ok()) return lock.status();
  if (absl::Status empty = CheckEmpty(directory); !empty.ok()) return empty;
  const std::string restoring = absl::StrCat(directory, "/", kRestoring);
  const std::string database = absl::StrCat(directory, "/", kDatabase);
  if (absl::Status copied = CopyBytes(file, restoring); !copied.ok()) {
    unlink(restoring.c_str());
    return copied;
  }
  if (rename(restoring.c_str(), database.c_str()) != 0) return FileFailed("make", database);
  if (absl::Status synced = SyncFolder(directory); !synced.ok()) return synced;
  return facts;
}

}  // namespace flowmesh::store
