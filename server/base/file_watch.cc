#include "server/base/file_watch.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace flowmesh::base {
namespace {

int64_t Nanoseconds(const timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

}  // namespace

FileWatch::FileWatch(FileWatchOptions options, RandomSource* random, Report report)
    : options_(options), random_(random), report_(std::move(report)) {}

FileWatch::~FileWatch() { Stop(); }

void FileWatch::Add(WatchedFiles files) {
  MutexLock lock(looking_);
  // A pipe (as in `--keys-file <(...)`) gives its content once; reading it again would wait for ever.
  if (AreRegular(files.paths)) entries_.push_back({.files = std::move(files)});
}

void FileWatch::Start() {
  if (thread_.joinable()) return;
  {
    MutexLock lock(mutex_);
    stopping_ = false;
  }
  thread_ = std::thread([this] { LookUntilStopped(); });
}

void FileWatch::Stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void FileWatch::LookUntilStopped() {
  while (true) {
    Look();
    const absl::Duration pause = options_.interval * (1 - random_->NextUniform() / 4);
    const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(pause);
    MutexLock lock(mutex_);
    while (!stopping_ && changed_.WaitUntil(lock, until)) {
    }
    if (stopping_) return;
  }
}

void FileWatch::CheckNow() {
  MutexLock lock(looking_);
  for (Entry& entry : entries_) {
    entry.stamps = StampsOf(entry.files.paths);
    Read(&entry, false);
  }
}

void FileWatch::Look() {
  MutexLock lock(looking_);
  for (Entry& entry : entries_) {
    std::vector<Stamp> stamps = StampsOf(entry.files.paths);
    if (stamps == entry.stamps) {
      if (!entry.unreported.ok()) Read(&entry, false);
      continue;
    }
    entry.stamps = std::move(stamps);
    Read(&entry, true);
  }
}

void FileWatch::Read(Entry* entry, bool patient) {
  const absl::StatusOr<bool> fresh = entry->files.read();
  entry->unreported = absl::OkStatus();
  if (!fresh.ok() && patient) {
    entry->unreported = fresh.status();
  } else if (!fresh.ok() || *fresh) {
    report_(entry->files.paths, fresh.status());
  }
}

std::vector<FileWatch::Stamp> FileWatch::StampsOf(const std::vector<std::string>& paths) {
  std::vector<Stamp> stamps;
  for (const std::string& path : paths) {
    struct stat file {};
    Stamp& stamp = stamps.emplace_back();
    if (stat(path.c_str(), &file) != 0) continue;
    stamp = {.device = file.st_dev,
             .inode = file.st_ino,
             .size = file.st_size,
             .modified_ns = Nanoseconds(file.st_mtim),
             .changed_ns = Nanoseconds(file.st_ctim)};
  }
  return stamps;
}

bool FileWatch::AreRegular(const std::vector<std::string>& paths) {
  return std::all_of(paths.begin(), paths.end(), [](const std::string& path) {
    struct stat file {};
    return stat(path.c_str(), &file) != 0 || S_ISREG(file.st_mode);
  });
}

}  // namespace flowmesh::base
