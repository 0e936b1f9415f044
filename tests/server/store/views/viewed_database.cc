#include "tests/server/store/views/viewed_database.h"

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/postgres_cluster.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::PostgresCluster;
using flowmesh::testing::PostgresDatabase;
using flowmesh::testing::TemporaryDirectory;

template <typename Opened>
auto Take(Opened opened) {
  if (!opened.ok()) {
    std::cerr << opened.status() << std::endl;
    std::abort();
  }
  return *std::move(opened);
}

std::vector<std::string> SplitLines(const std::string& text) {
  if (text.empty()) return {};
  return absl::StrSplit(text, '\n');
}

class SqliteViews : public ViewedDatabase {
 public:
  explicit SqliteViews(base::Clock* clock) {
    SqliteOptions options;
    options.directory = directory_.path();
    options.clock = clock;
    store_ = Take(SqliteStore::Open(options));
    ConnectionOptions reader;
    reader.path = directory_.file("flowmesh.db");
    reader.read_only = true;
    reader_ = Take(Connection::Open(reader));
  }

  Store& store() override { return *store_; }

  std::vector<std::string> Columns(const std::string& view) override {
    return SplitLines(Take(reader_->Text(absl::StrCat(
        "SELECT group_concat(name, char(10)) FROM (SELECT name FROM pragma_table_info('", view, "') ORDER BY cid)"))));
  }

 protected:
  std::string Cell(const Column& column) const override {
    const char* const form = column.holds == Holds::kSeconds ? "CAST(round(1000 * $0) AS INTEGER)" : "$0";
    return absl::StrCat("coalesce(CAST(", absl::Substitute(form, column.name), " AS TEXT), '-')");
  }

  std::vector<std::string> Lines(const std::string& query) override {
    return SplitLines(Take(reader_->Text(absl::StrCat(
        "SELECT coalesce(group_concat(line, char(10)), '') FROM (SELECT * FROM (", query, ") ORDER BY line)"))));
  }

 private:
  TemporaryDirectory directory_{TemporaryDirectory::On::kMemory};
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<Connection> reader_;
};

class PostgresViews : public ViewedDatabase {
 public:
  explicit PostgresViews(base::Clock* clock) {
    PostgresOptions options;
    options.url = database_.url();
    options.notify = false;
    options.clock = clock;
    store_ = Take(PostgresStore::Open(options));
  }

  Store& store() override { return *store_; }

  std::vector<std::string> Columns(const std::string& view) override {
    return SplitLines(database_.Execute(
        absl::StrCat("SELECT string_agg(attname, E'\\n' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '", view,
                     "'::regclass")));
  }

 protected:
  std::string Cell(const Column& column) const override {
    const char* form = "$0";
    if (column.holds == Holds::kTime) form = R"(to_char($0 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))";
    if (column.holds == Holds::kSeconds) form = "round(1000 * $0)";
    return absl::StrCat("coalesce((", absl::Substitute(form, column.name), ")::text, '-')");
  }

  std::vector<std::string> Lines(const std::string& query) override {
    return SplitLines(database_.Execute(
        absl::StrCat("SELECT coalesce(string_agg(line, E'\\n' ORDER BY line), '') FROM (", query, ") AS lines")));
  }

 private:
  PostgresDatabase database_{PostgresCluster::Shared()};
  std::unique_ptr<PostgresStore> store_;
};

}  // namespace

std::vector<std::string> ViewedDatabase::Rows(const std::string& from, const std::vector<Column>& columns) {
  std::vector<std::string> cells;
  for (const Column& column : columns) cells.push_back(Cell(column));
  return Lines(absl::StrCat("SELECT ", absl::StrJoin(cells, " || '|' || "), " AS line FROM ", from));
}

std::vector<DatabaseKind> DatabaseKinds() {
  return {{"Sqlite",
           [](base::Clock* clock) -> std::unique_ptr<ViewedDatabase> { return std::make_unique<SqliteViews>(clock); }},
          {"Postgres", [](base::Clock* clock) -> std::unique_ptr<ViewedDatabase> {
             return std::make_unique<PostgresViews>(clock);
           }}};
}

}  // namespace flowmesh::store
