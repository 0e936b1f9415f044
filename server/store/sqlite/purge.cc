#include "server/store/sqlite/purge.h"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/store/packed_columns.h"

namespace flowmesh::store {
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

  // False: the slice ended before everything of the execution was gone, or `code` is an error.
  bool PurgeExecution(const Id& id) {
    for (const BulkTable& table : kBulkTables) {
      if (!PurgeTable(id, table)) return false;
    }
    if (!PurgeTasks(id)) return false;
    for (const Sql sql : {Sql::kPurgeArtifacts, Sql::kPurgeRetries, Sql::kPurgeAliases}) {
      Run run(connection_, sql);
      if (!run.Bind(id).Bind(rows_left_).Do()) return Failed(run);
      Count();
      if (over()) return false;
    }
    if (!PurgeResources(id)) return false;
    Run forget(connection_, Sql::kDeletePurge);
    if (!forget.Bind(id).Do()) return Failed(forget);
    Count();
    return true;
  }

  int code() const { return code_; }

 private:
  bool Failed(const Run& run) {
    code_ = run.code();
    return false;
  }
  void Count() { rows_left_ -= static_cast<int>(connection_.changes()); }

  bool PurgeTable(const Id& id, const BulkTable& table) {
    std::optional<int64_t> last;
    {
      Run measure(connection_, table.measure);
      measure.Bind(id).Bind(rows_left_);
      while (!over() && measure.Step() == SQLITE_ROW) {
        last = measure.Number(0);
        bytes_left_ -= measure.Number(1);
        rows_left_ -= measure.Int(2);
      }
      if (measure.code() != SQLITE_ROW && !measure.done()) return Failed(measure);
    }
    if (!last) return true;
    Run purge(connection_, table.purge);
    if (!purge.Bind(id).Bind(*last).Do()) return Failed(purge);
    return !over();
  }

  // Their tokens stand under keys of their own.
  bool PurgeTasks(const Id& id) {
    std::vector<std::string> tokens;
    std::optional<int64_t> last;
    {
      Run measure(connection_, Sql::kMeasureTasks);
      measure.Bind(id).Bind(rows_left_);
      while (!over() && measure.Step() == SQLITE_ROW) {
        last = measure.Number(0);
        --rows_left_;
        TaskRow task;
        if (!UnpackTaskCounts(measure.View(1), &task) || task.token_digest.empty()) continue;
        tokens.push_back(std::move(task.token_digest));
        --rows_left_;
      }
      if (measure.code() != SQLITE_ROW && !measure.done()) return Failed(measure);
    }
    if (!last) return true;
    for (const std::string& token : tokens) {
      Run erase(connection_, Sql::kDeleteTaskToken);
      if (!erase.BindBlob(token).Do()) return Failed(erase);
    }
    Run purge(connection_, Sql::kPurgeTasks);
    if (!purge.Bind(id).Bind(*last).Do()) return Failed(purge);
    return !over();
  }

  bool PurgeResources(const Id& id) {
    std::vector<Id> resources;
    {
      Run measure(connection_, Sql::kMeasureResources);
      measure.Bind(id).Bind(rows_left_);
      while (!over() && measure.Step() == SQLITE_ROW) {
        resources.push_back(measure.ReadId(0));
        bytes_left_ -= measure.Number(1);
        --rows_left_;
      }
      if (measure.code() != SQLITE_ROW && !measure.done()) return Failed(measure);
    }
    Run purge(connection_, Sql::kPurgeResource);
    for (const Id& resource : resources) {
      if (!purge.Bind(resource).Do()) return Failed(purge);
    }
    return !over();
  }

  Connection& connection_;
  int rows_left_;
  int64_t bytes_left_;
  int code_ = SQLITE_OK;
};

}  // namespace

absl::StatusOr<Purged> PurgeDeleted(Connection& connection, int max_rows, size_t max_bytes) {
  Slice slice(connection, max_rows, max_bytes);
  while (true) {
    Id id;
    {
      Run next(connection, Sql::kNextPurge);
      const int code = next.Step();
      if (code == SQLITE_DONE) return Purged{.rows = max_rows - slice.rows_left(), .left = false};
      if (code != SQLITE_ROW) return connection.Failed(code);
      id = next.ReadId(0);
    }
    if (slice.over()) return Purged{.rows = max_rows - slice.rows_left(), .left = true};
    if (!slice.PurgeExecution(id) && slice.code() != SQLITE_OK) return connection.Failed(slice.code());
  }
}

}  // namespace flowmesh::store
