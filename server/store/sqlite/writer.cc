#include "server/store/sqlite/writer.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/store/sqlite/failure.h"
#include "server/store/sqlite/migrations.h"

namespace flowmesh::store {
namespace {

// Of a new database. Measured with tests/bench/store_bench: 8 KiB costs more per commit, since a page is logged whole.
constexpr int kPageSize = 4096;

// How long a checkpoint waits for readers that keep the log from starting over. Reads are bounded, so they end soon.
constexpr int kReadersWaitMs = 50;
// How long a transaction waits to begin: a reader that meets the log's header half written takes the lock of writers
// for an instant, to read it again in peace.
constexpr int kBeginWaitMs = 1000;

int PagesOf(size_t bytes, int64_t page_size) {
  return static_cast<int>(std::clamp<size_t>(bytes / page_size, 1, std::numeric_limits<int>::max() / 2));
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, const WriterOptions& options, int64_t page_size)
    : connection_(std::move(connection)),
      clock_(options.clock),
      checkpoint_pages_(PagesOf(options.checkpoint_bytes, page_size)),
      restart_pages_(PagesOf(options.restart_bytes, page_size)),
      next_checkpoint_(checkpoint_pages_) {
  sqlite3_wal_hook(connection_->db(), &Writer::OnCommit, this);
}

absl::StatusOr<std::unique_ptr<Writer>> Writer::Open(const WriterOptions& options) {
  absl::StatusOr<std::unique_ptr<Connection>> connection = Connection::Open(options.connection);
  if (!connection.ok()) return connection.status();
  // Takes effect on an empty file only, and must come before everything else.
  if (const int code = (*connection)->Execute(absl::StrCat("PRAGMA page_size=", kPageSize)); code != SQLITE_OK) {
    return (*connection)->Failed(code);
  }
  const absl::StatusOr<int64_t> page_size = (*connection)->Number("PRAGMA page_size");
  if (!page_size.ok()) return page_size.status();
  std::unique_ptr<Writer> writer(new Writer(*std::move(connection), options, *page_size));
  if (absl::Status status = writer->Prepare(options); !status.ok()) return status;
  return writer;
}

absl::Status Writer::Prepare(const WriterOptions& options) {
  const absl::StatusOr<std::string> mode = connection_->Text("PRAGMA journal_mode=WAL");
  if (!mode.ok()) return mode.status();
  if (*mode != "wal") {
    return absl::FailedPreconditionError("its file system cannot share memory between connections; choose a local one");
  }
  std::string pragmas = absl::StrCat("PRAGMA synchronous=FULL; PRAGMA journal_size_limit=", options.restart_bytes);
  if (options.max_pages > 0) absl::StrAppend(&pragmas, "; PRAGMA max_page_count=", options.max_pages);
  if (const int code = connection_->Execute(pragmas); code != SQLITE_OK) return connection_->Failed(code);
  if (absl::Status status = Migrate(*connection_); !status.ok()) return status;
  sqlite3_busy_timeout(connection_->db(), kBeginWaitMs);

  Run latest(*connection_, Sql::kLatestTime);
  if (latest.Step() != SQLITE_ROW) return connection_->Failed(latest.code());
  latest_ = latest.TimeOr(0, absl::InfinitePast());
  return absl::OkStatus();
}

int Writer::OnCommit(void* writer, sqlite3* /*db*/, const char* /*database*/, int pages) {
  auto* self = static_cast<Writer*>(writer);
  if (pages < self->wal_pages_) self->next_checkpoint_ = self->checkpoint_pages_;  // the log has started over
  self->wal_pages_ = pages;
  return SQLITE_OK;
}

absl::Status Writer::Fail(absl::Status failure) {
  if (connection_->in_transaction()) {
    Run(*connection_, Sql::kRollback).Step();
    if (connection_->in_transaction()) failure = LostStatus();
  }
  if (absl::IsDataLoss(failure)) lost_.store(true);
  if (absl::IsResourceExhausted(failure)) short_of_room_ = true;
  return failure;
}

absl::Time Writer::Tick() {
  latest_ = std::max(latest_, absl::FromUnixMicros(absl::ToUnixMicros(clock_->Now())));
  return latest_;
}

void Writer::Release() {
  // A log that is copied can start over and needs no more room. That must be now: the copy may need room itself, and
  // later it would take what somebody has freed for the next batch.
  if (std::exchange(short_of_room_, false) && !lost()) CopyLog(SQLITE_CHECKPOINT_PASSIVE).IgnoreError();
  short_of_room_ = false;
  acquired_.store(false);
}

absl::Status Writer::Checkpoint() {
  if (wal_pages_ < next_checkpoint_) return absl::OkStatus();
  // A passive one never waits, but readers that overlap each other could keep the log growing for ever.
  if (wal_pages_ < restart_pages_) return CopyLog(SQLITE_CHECKPOINT_PASSIVE);
  sqlite3_busy_timeout(connection_->db(), kReadersWaitMs);
  absl::Status status = CopyLog(SQLITE_CHECKPOINT_RESTART);
  sqlite3_busy_timeout(connection_->db(), kBeginWaitMs);
  return status;
}

absl::Status Writer::CopyLog(int mode) {
  const int code = sqlite3_wal_checkpoint_v2(connection_->db(), nullptr, mode, nullptr, nullptr);
  // Until the log has started over, another try is worth its fsyncs only after some growth.
  next_checkpoint_ = wal_pages_ + std::max(checkpoint_pages_ / 4, 1);
  if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return absl::OkStatus();
  absl::Status failure = Fail(code);
  return absl::IsDataLoss(failure) ? failure : absl::OkStatus();
}

}  // namespace flowmesh::store
