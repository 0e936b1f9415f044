#include "server/store/postgres/writer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "server/store/postgres/failure.h"
#include "server/store/postgres/migrations.h"
#include "spdlog/spdlog.h"

namespace flowmesh::store::postgres {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> Writer::Open(const WriterOptions& options) {
  std::unique_ptr<Writer> writer(new Writer(options));
  auto connection = Connection::Open(options.connection);
  if (!connection.ok()) return connection.status();
  if (absl::Status status = Migrate(**connection); !status.ok()) return status;
  writer->connection_ = *std::move(connection);
  return writer;
}

absl::Status Writer::Connect() {
  auto opened = Connection::Open(options_.connection);
  if (!opened.ok()) {
    ++failed_connects_;
    spdlog::warn("{}", std::string(opened.status().message()));
    return absl::AbortedError("the database cannot be reached now; retry");
  }
  failed_connects_ = 0;
  connection_ = *std::move(opened);
  return absl::OkStatus();
}

void Writer::WaitBeforeConnect(std::chrono::steady_clock::time_point limit) {
  if (failed_connects_ == 0) return;
  const absl::Duration delay =
      base::FullJitterDelay(options_.reconnect, std::min(failed_connects_, 30), random_.NextUniform());
  const SteadyTime until = std::min(limit, std::chrono::steady_clock::now() + absl::ToChronoMicroseconds(delay));
  base::Mutex mutex;
  base::CondVar never;
  base::MutexLock lock(mutex);
  while (never.WaitUntil(lock, until)) {
  }
}

absl::StatusOr<Connection*> Writer::Connected() {
  if (connection_ != nullptr && !connection_->lost() && !connection_->superseded()) return connection_.get();
  connection_.reset();
  WaitBeforeConnect(SteadyTime::max());
  if (absl::Status status = Connect(); !status.ok()) return status;
  return connection_.get();
}

absl::Status Writer::Fail(absl::Status failure) {
  if (connection_ != nullptr) {
    if (!connection_->lost() && connection_->in_transaction()) {
      // Without an answer the connection is lost, and with it the transaction.
      connection_->Run(Sql::kRollback).status().IgnoreError();
    }
    if (connection_->lost()) connection_.reset();
  }
  if (absl::IsDataLoss(failure)) lost_.store(true);
  return failure;
}

absl::Status Writer::FindOut(uint64_t replica_id, uint64_t batch) {
  spdlog::warn("PostgreSQL: batch {} of replica {} got no clear answer to its commit; asking", batch, replica_id);
  const SteadyTime limit = std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(options_.commit_answer_limit);
  connection_.reset();
  while (std::chrono::steady_clock::now() < limit) {
    if (connection_ == nullptr || connection_->lost()) {
      connection_.reset();
      WaitBeforeConnect(limit);
      if (!Connect().ok()) continue;
    }
    connection_->Send(Sql::kBegin);
    connection_->Send(Sql::kLockReplica, std::move(Parameters().Bind(replica_id)));
    connection_->Send(Sql::kTouchReplica, std::move(Parameters().Bind(replica_id)));
    connection_->Send(Sql::kCommit);
    const auto results = connection_->Exchange();
    if (!results.ok()) {
      Fail(results.status()).IgnoreError();
      continue;
    }
    if (connection_->warned() || results->back().command() != "COMMIT") continue;
    const Result& replica = (*results)[1];
    if (replica.rows() == 0) {
      return absl::FailedPreconditionError("this replica was declared dead; join under a new id");
    }
    const bool there = replica.row(0).Unsigned(0) == batch;
    spdlog::warn("PostgreSQL: batch {} was {}", batch, there ? "committed" : "rolled back");
    return there ? absl::OkStatus() : absl::AbortedError("the connection was lost and nothing happened; retry");
  }
  spdlog::error("PostgreSQL: nobody could say whether batch {} was committed", batch);
  return Fail(LostStatus());
}

void Writer::BindTime(Parameters& to) const {
  if (options_.clock == nullptr) {
    to.BindNull();
  } else {
    to.Bind(options_.clock->Now());
  }
  to.Bind(latest_);
}

absl::Time Writer::Saw(absl::Time time) {
  latest_ = std::max(latest_, time);
  return latest_;
}

}  // namespace flowmesh::store::postgres
