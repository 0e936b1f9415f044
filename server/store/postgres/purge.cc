#include "server/store/postgres/purge.h"

#include <array>
#include <optional>
#include <utility>

#include "server/store/packed_columns.h"

namespace flowmesh::store::postgres {
namespace {

// A table whose rows of one execution are numbered.
struct BulkTable {
  Sql measure;  // (key, bytes, rows) in key order
  Sql purge;    // up to a key
};

constexpr std::array<BulkTable, 3> kBulkTables = {{{Sql::kMeasureChunks, Sql::kPurgeChunks},
                                                   {Sql::kMeasurePayloads, Sql::kPurgePayloads},
                                                   {Sql::kMeasureSignals, Sql::kPurgeSignals}}};

// Of one call.
class Slice {
 public:
  Slice(Connection& connection, int max_rows, size_t max_bytes)
      : connection_(connection), rows_left_(max_rows), bytes_left_(static_cast<int64_t>(max_bytes)) {}

  bool over() const { return rows_left_ <= 0 || bytes_left_ <= 0; }
  int rows_left() const { return rows_left_; }

  // Until everything of the execution is gone or the slice is over.
  absl::Status PurgeExecution(const Id& id) {
    for (const BulkTable& table : kBulkTables) {
      if (absl::Status status = PurgeTable(id, table); !status.ok() || over()) return status;
    }
    if (absl::Status status = PurgeTasks(id); !status.ok() || over()) return status;
    for (const Sql sql : {Sql::kPurgeArtifacts, Sql::kPurgeRetries}) {
      const auto purged = connection_.Run(sql, std::move(Parameters().BindKey(id).Bind(rows_left_)));
      if (!purged.ok()) return purged.status();
      rows_left_ -= static_cast<int>(purged->affected());
      if (over()) return absl::OkStatus();
    }
    if (absl::Status status = PurgeResources(id); !status.ok() || over()) return status;
    const auto forgotten = connection_.Run(Sql::kDeletePurge, std::move(Parameters().BindKey(id)));
    if (!forgotten.ok()) return forgotten.status();
    --rows_left_;
    return absl::OkStatus();
  }

 private:
  absl::Status PurgeTable(const Id& id, const BulkTable& table) {
    const auto measured = connection_.Run(table.measure, std::move(Parameters().BindKey(id).Bind(rows_left_)));
    if (!measured.ok()) return measured.status();
    std::optional<int64_t> last;
    for (int i = 0; i < measured->rows() && !over(); ++i) {
      last = measured->row(i).Number(0);
      bytes_left_ -= measured->row(i).Number(1);
      rows_left_ -= measured->row(i).Int(2);
    }
    if (!last) return absl::OkStatus();
    return connection_.Run(table.purge, std::move(Parameters().BindKey(id).Bind(*last))).status();
  }

  // Their tokens stand under keys of their own.
  absl::Status PurgeTasks(const Id& id) {
    const auto measured = connection_.Run(Sql::kMeasureTasks, std::move(Parameters().BindKey(id).Bind(rows_left_)));
    if (!measured.ok()) return measured.status();
    Parameters tokens(StatementOf(Sql::kDeleteTaskTokens));
    std::optional<int64_t> last;
    for (int i = 0; i < measured->rows() && !over(); ++i) {
      last = measured->row(i).Number(0);
      --rows_left_;
      TaskRow task;
      if (!UnpackTaskCounts(measured->row(i).View(1), &task) || task.token_digest.empty()) continue;
      tokens.Row().BindBlob(task.token_digest);
      --rows_left_;
    }
    if (!last) return absl::OkStatus();
    connection_.Send(Sql::kDeleteTaskTokens, std::move(tokens));
    connection_.Send(Sql::kPurgeTasks, std::move(Parameters().BindKey(id).Bind(*last)));
    return connection_.Exchange().status();
  }

  // The names that lead to them first: then each slice leaves whole what it leaves.
  absl::Status PurgeResources(const Id& id) {
    const auto names = connection_.Run(Sql::kPurgeAliases, std::move(Parameters().Bind(id).Bind(rows_left_)));
    if (!names.ok()) return names.status();
    rows_left_ -= static_cast<int>(names->affected());
    if (over()) return absl::OkStatus();
    const auto measured = connection_.Run(Sql::kMeasureResources, std::move(Parameters().Bind(id).Bind(rows_left_)));
    if (!measured.ok()) return measured.status();
    Parameters resources(StatementOf(Sql::kPurgeResources));
    for (int i = 0; i < measured->rows() && !over(); ++i) {
      resources.Row().BindKey(measured->row(i).ReadId(0));
      bytes_left_ -= measured->row(i).Number(1);
      --rows_left_;
    }
    if (resources.rows() == 0) return absl::OkStatus();
    return connection_.Run(Sql::kPurgeResources, std::move(resources)).status();
  }

  Connection& connection_;
  int rows_left_;
  int64_t bytes_left_;
};

}  // namespace

absl::StatusOr<Purged> PurgeDeleted(Connection& connection, int max_rows, size_t max_bytes) {
  Slice slice(connection, max_rows, max_bytes);
  while (true) {
    const auto next = connection.Run(Sql::kNextPurge);
    if (!next.ok()) return next.status();
    const bool left = next->rows() > 0;
    if (!left || slice.over()) return Purged{.rows = max_rows - slice.rows_left(), .left = left};
    if (absl::Status status = slice.PurgeExecution(next->row(0).ReadId(0)); !status.ok()) return status;
  }
}

}  // namespace flowmesh::store::postgres
