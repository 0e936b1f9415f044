#include "tests/server/store/sqlite/faulty_vfs.h"

#include <new>

namespace flowmesh::testing {
namespace {

// What SQLite allocates for a file: this, then the file of the default VFS.
struct FaultyFile {
  sqlite3_file base;
  FaultyVfs::Results* results;
  bool is_wal;
  bool is_database;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultyFile* Cast(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Cast(file)->real(); }
const sqlite3_io_methods* Methods(sqlite3_file* file) { return Real(file)->pMethods; }

int Read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
  const FaultyFile* faulty = Cast(file);
  if (const int code = faulty->results->database_read; faulty->is_database && code != SQLITE_OK) return code;
  return Methods(file)->xRead(Real(file), data, size, offset);
}

int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const FaultyFile* faulty = Cast(file);
  if (const int code = faulty->results->wal_write; faulty->is_wal && code != SQLITE_OK) return code;
  if (const int code = faulty->results->database_write; faulty->is_database && code != SQLITE_OK) return code;
  return Methods(file)->xWrite(Real(file), data, size, offset);
}

int Sync(sqlite3_file* file, int flags) {
  const FaultyFile* faulty = Cast(file);
  if (const int code = faulty->results->wal_sync; faulty->is_wal && code != SQLITE_OK) return code;
  if (const int code = faulty->results->database_sync; faulty->is_database && code != SQLITE_OK) return code;
  return Methods(file)->xSync(Real(file), flags);
}

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = [](sqlite3_file* file) { return Methods(file)->xClose(Real(file)); },
    .xRead = Read,
    .xWrite = Write,
    .xTruncate = [](sqlite3_file* file, sqlite3_int64 size) { return Methods(file)->xTruncate(Real(file), size); },
    .xSync = Sync,
    .xFileSize = [](sqlite3_file* file, sqlite3_int64* size) { return Methods(file)->xFileSize(Real(file), size); },
    .xLock = [](sqlite3_file* file, int lock) { return Methods(file)->xLock(Real(file), lock); },
    .xUnlock = [](sqlite3_file* file, int lock) { return Methods(file)->xUnlock(Real(file), lock); },
    .xCheckReservedLock = [](sqlite3_file* file,
                             int* held) { return Methods(file)->xCheckReservedLock(Real(file), held); },
    .xFileControl = [](sqlite3_file* file, int op,
                       void* arg) { return Methods(file)->xFileControl(Real(file), op, arg); },
    .xSectorSize = [](sqlite3_file* file) { return Methods(file)->xSectorSize(Real(file)); },
    .xDeviceCharacteristics = [](sqlite3_file* file) { return Methods(file)->xDeviceCharacteristics(Real(file)); },
    .xShmMap = [](sqlite3_file* file, int page, int size, int extend,
                  void volatile** out) { return Methods(file)->xShmMap(Real(file), page, size, extend, out); },
    .xShmLock = [](sqlite3_file* file, int offset, int n,
                   int flags) { return Methods(file)->xShmLock(Real(file), offset, n, flags); },
    .xShmBarrier = [](sqlite3_file* file) { Methods(file)->xShmBarrier(Real(file)); },
    .xShmUnmap = [](sqlite3_file* file, int erase) { return Methods(file)->xShmUnmap(Real(file), erase); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

sqlite3_vfs* Default() { return sqlite3_vfs_find("unix"); }

int Open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  FaultyFile* faulty = new (file) FaultyFile{};
  faulty->results = static_cast<FaultyVfs::Results*>(vfs->pAppData);
  faulty->is_wal = (flags & SQLITE_OPEN_WAL) != 0;
  faulty->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  const int code = Default()->xOpen(Default(), name, faulty->real(), flags, out_flags);
  // SQLite closes a file only if its open set the methods.
  if (faulty->real()->pMethods != nullptr) faulty->base.pMethods = &kMethods;
  return code;
}

}  // namespace

FaultyVfs::FaultyVfs() {
  vfs_ = *Default();
  vfs_.zName = name_.c_str();
  vfs_.pNext = nullptr;
  vfs_.szOsFile = static_cast<int>(sizeof(FaultyFile)) + Default()->szOsFile;
  vfs_.pAppData = &results_;
  vfs_.xOpen = Open;
  // The other calls of the default VFS look at neither the object nor its pAppData, but for these.
  vfs_.xDelete = [](sqlite3_vfs*, const char* name, int sync) { return Default()->xDelete(Default(), name, sync); };
  vfs_.xAccess = [](sqlite3_vfs*, const char* name, int flags, int* out) {
    return Default()->xAccess(Default(), name, flags, out);
  };
  vfs_.xFullPathname = [](sqlite3_vfs*, const char* name, int size, char* out) {
    return Default()->xFullPathname(Default(), name, size, out);
  };
  sqlite3_vfs_register(&vfs_, 0);
}

FaultyVfs::~FaultyVfs() { sqlite3_vfs_unregister(&vfs_); }

}  // namespace flowmesh::testing
