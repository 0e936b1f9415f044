#include "server/artifacts/directory_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "spdlog/spdlog.h"

namespace flowmesh::artifacts {
namespace {

using base::Id;

constexpr std::time_t kLeftAfter = 24 * 3600;  // seconds; a write that goes on touches its file more often
constexpr int kFanOut = 256;                   // directories under objects/
constexpr size_t kFanOutDigits = 2;

absl::Status DigestMismatch(const std::string& digest) {
  return base::Error(absl::StatusCode::kInvalidArgument, "DIGEST_MISMATCH",
                     absl::StrCat("the bytes that came have the SHA-256 ", base::Hex(digest),
                                  ", not the expected one: nothing was kept; send them again"))
      .With("digest", base::Hex(digest));
}

class DirectoryWriter : public ObjectWriter {
 public:
  DirectoryWriter(File file, const std::string& incoming, std::string directory, std::string id)
      : file_(std::move(file)),
        incoming_(absl::StrCat(incoming, "/", id)),
        directory_(std::move(directory)),
        id_(std::move(id)) {}

  ~DirectoryWriter() override {
    if (!finished_) unlink(incoming_.c_str());
  }

  absl::Status Append(absl::string_view chunk) override {
    if (absl::Status written = WriteAll(file_, incoming_, chunk); !written.ok()) return written;
    digest_.AddRaw(chunk);
    size_ += static_cast<int64_t>(chunk.size());
    return absl::OkStatus();
  }

  absl::StatusOr<StoredObject> Finish(const std::string& expected_digest) override {
    std::string digest = digest_.Finish();
    if (!expected_digest.empty() && digest != expected_digest) return DigestMismatch(digest);
    if (absl::Status synced = Sync(file_, incoming_); !synced.ok()) return synced;
    file_.Close();
    const absl::StatusOr<bool> made = MakeDirectories(directory_);
    if (!made.ok()) return made.status();
    if (*made) {
      const std::string parent = directory_.substr(0, directory_.rfind('/'));
      if (absl::Status synced = SyncDirectory(parent); !synced.ok()) return synced;
    }
    const std::string path = absl::StrCat(directory_, "/", id_);
    if (rename(incoming_.c_str(), path.c_str()) != 0) return FileError("cannot rename to", path, errno);
    if (absl::Status synced = SyncDirectory(directory_); !synced.ok()) {
      unlink(path.c_str());
      return synced;
    }
    finished_ = true;
    return StoredObject{.size = size_, .digest = std::move(digest)};
  }

 private:
  File file_;
  const std::string incoming_;
  const std::string directory_;
  const std::string id_;
  base::Sha256Builder digest_;
  int64_t size_ = 0;
  bool finished_ = false;
};

class DirectoryReader : public ObjectReader {
 public:
  DirectoryReader(File file, std::string path, int64_t offset)
      : file_(std::move(file)), path_(std::move(path)), offset_(offset) {}

  absl::StatusOr<std::string> Read(size_t max_bytes) override {
    std::string bytes(max_bytes, '\0');
    size_t filled = 0;
    while (filled < max_bytes) {
      const ssize_t count = pread(file_.descriptor(), bytes.data() + filled, max_bytes - filled, offset_);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return FileError("cannot read", path_, errno);
      if (count == 0) break;
      filled += static_cast<size_t>(count);
      offset_ += count;
    }
    bytes.resize(filled);
    return bytes;
  }

 private:
  const File file_;
  const std::string path_;
  int64_t offset_;
};

// The names in a directory but for those that begin with a dot. One that is not there has none.
absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& path) {
  std::vector<std::string> names;
  DIR* const directory = opendir(path.c_str());
  if (directory == nullptr && errno == ENOENT) return names;
  if (directory == nullptr) return FileError("cannot list", path, errno);
  while (const dirent* entry = readdir(directory)) {  // NOLINT(concurrency-mt-unsafe): each call has a DIR of its own
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  closedir(directory);
  return names;
}

absl::Status NotUsable(const std::string& directory, const absl::Status& why) {
  return absl::FailedPreconditionError(absl::StrCat("the directory for artifacts, ", directory, ", cannot be used (",
                                                    std::string(why.message()), "): choose another with --artifacts"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryStore>> DirectoryStore::Open(const std::string& directory, Use use) {
  for (const char* part : {"/incoming", "/objects"}) {
    if (const auto made = MakeDirectories(directory + part); !made.ok()) return NotUsable(directory, made.status());
  }
  absl::StatusOr<File> lock = OpenFile(directory + "/flowmesh.lock", O_RDWR | O_CREAT);
  if (!lock.ok()) return NotUsable(directory, lock.status());
  const bool alone = use == Use::kAlone;
  if (flock(lock->descriptor(), (alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    return NotUsable(directory, absl::FailedPreconditionError("another process has it"));
  }
  std::unique_ptr<DirectoryStore> store(new DirectoryStore(directory, *std::move(lock)));
  const std::time_t now = std::time(nullptr);
  if (absl::Status status = store->RemoveUnfinished(alone ? now + kLeftAfter : now - kLeftAfter); !status.ok()) {
    return NotUsable(directory, status);
  }
  return store;
}

absl::Status DirectoryStore::RemoveUnfinished(std::time_t untouched_since) const {
  const absl::StatusOr<std::vector<std::string>> left = NamesIn(IncomingDirectory());
  if (!left.ok()) return left.status();
  int removed = 0;
  for (const std::string& name : *left) {
    const std::string path = absl::StrCat(IncomingDirectory(), "/", name);
    struct stat found = {};
    if (stat(path.c_str(), &found) != 0 || found.st_mtime >= untouched_since) continue;
    removed += unlink(path.c_str()) == 0 ? 1 : 0;
  }
  if (removed > 0) spdlog::info("removed {} artifacts that a crash left unfinished", removed);
  return absl::OkStatus();
}

std::string DirectoryStore::DirectoryOf(const std::string& id) const {
  return absl::StrCat(root_, "/objects/", id.substr(id.size() - kFanOutDigits));
}

absl::StatusOr<std::unique_ptr<ObjectWriter>> DirectoryStore::Create(const Id& id) {
  const std::string name = id.ToString();
  absl::StatusOr<File> file = OpenFile(absl::StrCat(IncomingDirectory(), "/", name), O_WRONLY | O_CREAT | O_EXCL);
  if (!file.ok()) return file.status();
  return std::make_unique<DirectoryWriter>(*std::move(file), IncomingDirectory(), DirectoryOf(name), name);
}

absl::StatusOr<std::unique_ptr<ObjectReader>> DirectoryStore::Open(const Id& id, int64_t offset) {
  const std::string name = id.ToString();
  std::string path = absl::StrCat(DirectoryOf(name), "/", name);
  absl::StatusOr<File> file = OpenFile(path, O_RDONLY);
  if (!file.ok()) return file.status();
  return std::make_unique<DirectoryReader>(*std::move(file), std::move(path), offset);
}

absl::Status DirectoryStore::Delete(const Id& id) {
  const std::string name = id.ToString();
  const std::string path = absl::StrCat(DirectoryOf(name), "/", name);
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return FileError("cannot delete", path, errno);
}

absl::StatusOr<ObjectPage> DirectoryStore::List(const std::string& cursor) {
  int part = 0;
  if (!cursor.empty() && (!absl::SimpleAtoi(cursor, &part) || part < 0 || part >= kFanOut)) {
    return absl::InvalidArgumentError("this cursor is not of this store");
  }
  ObjectPage page;
  const std::string directory = absl::StrCat(root_, "/objects/", absl::Hex(part, absl::kZeroPad2));
  const absl::StatusOr<std::vector<std::string>> names = NamesIn(directory);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    const absl::StatusOr<Id> id = Id::Parse(name);
    struct stat found = {};
    if (!id.ok() || stat(absl::StrCat(directory, "/", name).c_str(), &found) != 0) continue;
    page.objects.push_back({*id, absl::TimeFromTimespec(found.st_mtim)});
  }
  if (part + 1 < kFanOut) page.next = absl::StrCat(part + 1);
  return page;
}

}  // namespace flowmesh::artifacts
