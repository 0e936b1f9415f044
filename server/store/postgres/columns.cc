#include "server/store/postgres/columns.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace flowmesh::store::postgres {
namespace {

constexpr Kind kId = Kind::kId;
constexpr Kind kBytes = Kind::kBytes;
constexpr Kind kDouble = Kind::kDouble;

std::string Qualified(std::string_view table, const Column& column) {
  return table.empty() ? column.name : absl::StrCat(std::string(table), ".", column.name);
}

}  // namespace

Columns operator+(Columns first, const Columns& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

const Columns& ExecutionKey() {
  static const auto& columns = *new Columns{{"shard"}, {"execution_id", kId}};
  return columns;
}

const Columns& TaskKeyColumns() {
  static const auto& columns = *new Columns(ExecutionKey() + Columns{{"task"}});
  return columns;
}

const Columns& TaskChanges() {
  static const auto& columns = *new Columns{{"task_state"},
                                            {"attempt"},
                                            {"acked"},
                                            {"record"},
                                            {"replica_id"},
                                            {"session"},
                                            {"ready_time"},
                                            {"task_start_time"},
                                            {"task_end_time"},
                                            {"failure", kBytes},
                                            {"output_type", kBytes},
                                            {"output", kBytes},
                                            {"task_counts", kBytes}};
  return columns;
}

const Columns& TaskOrigin() {
  static const auto& columns =
      *new Columns{{"parent"},      {"call_key", kBytes},   {"kind"},         {"type", kBytes}, {"priority"},
                   {"create_time"}, {"input_type", kBytes}, {"input", kBytes}};
  return columns;
}

const Columns& ExecutionChanges() {
  static const auto& columns = *new Columns(Columns{{"state"},
                                                    {"event_head"},
                                                    {"event_bytes"},
                                                    {"start_time"},
                                                    {"end_time"},
                                                    {"deadline"},
                                                    {"next_task"},
                                                    {"result_bytes"},
                                                    {"progress", kBytes},
                                                    {"counts", kBytes}} +
                                            TaskChanges());
  return columns;
}

const Columns& ExecutionOrigin() {
  static const auto& columns =
      *new Columns{{"owner", kBytes}, {"flow", kBytes},       {"create_time"},   {"labels", kBytes},
                   {"priority"},      {"input_type", kBytes}, {"input", kBytes}, {"origin", kBytes}};
  return columns;
}

const Columns& IdempotencyKey() {
  static const auto& columns = *new Columns{{"shard"}, {"owner", kBytes}, {"method", kBytes}, {"key", kBytes}};
  return columns;
}

const Columns& IdempotencyObject() {
  static const auto& columns = *new Columns{{"object_id", kId}, {"digest", kBytes}, {"expire_time"}};
  return columns;
}

const Columns& ConcurrencyNameColumns() {
  static const auto& columns = *new Columns{{"shard"}, {"owner", kBytes}, {"key", kBytes}};
  return columns;
}

const Columns& ReadyKey() {
  static const auto& columns =
      *new Columns{{"queue", kBytes}, {"owner_hash"}, {"priority"}, {"execution_id", kId}, {"task"}};
  return columns;
}

const Columns& TimerColumns() {
  static const auto& columns = *new Columns{{"due_time"}, {"shard"}, {"execution_id", kId}, {"task"}, {"kind"}};
  return columns;
}

const Columns& AssignedColumns() {
  static const auto& columns = *new Columns{{"replica_id"}, {"session"}, {"shard"}, {"execution_id", kId}, {"task"}};
  return columns;
}

const Columns& SignalColumns() {
  static const auto& columns =
      *new Columns{{"number"}, {"name", kBytes}, {"create_time"}, {"type", kBytes}, {"payload", kBytes}};
  return columns;
}

const Columns& FlowColumns() {
  static const auto& columns =
      *new Columns{{"name", kBytes},       {"is_flow_kind"},        {"creatable"},
                   {"input_type", kBytes}, {"output_type", kBytes}, {"code_version"},
                   {"max_failures"},       {"retry_initial"},       {"retry_multiplier", kDouble},
                   {"retry_cap"},          {"attempt_timeout"},     {"descriptors_digest", kBytes},
                   {"descriptors", kBytes}};
  return columns;
}

const Columns& ArtifactColumns() {
  static const auto& columns =
      *new Columns{{"artifact_id", kId}, {"owner", kBytes},      {"execution_id", kId}, {"task"}, {"attempt"},
                   {"name", kBytes},     {"media_type", kBytes}, {"uri", kBytes},       {"size"}, {"digest", kBytes},
                   {"create_time"}};
  return columns;
}

const Columns& ResourceColumns() {
  static const auto& columns =
      *new Columns{{"resource_id", kId}, {"kind", kBytes}, {"owner", kBytes}, {"parent", kId},    {"execution_id", kId},
                   {"version"},          {"create_time"},  {"update_time"},   {"payload", kBytes}};
  return columns;
}

const Columns& AliasName() {
  static const auto& columns = *new Columns{{"shard"}, {"owner", kBytes}, {"kind", kBytes}, {"alias", kBytes}};
  return columns;
}

std::string Names(const Columns& columns, std::string_view table) {
  return absl::StrJoin(columns, ", ",
                       [&](std::string* out, const Column& column) { absl::StrAppend(out, Qualified(table, column)); });
}

std::string Unnest(const Columns& columns) {
  std::string text = "unnest(";
  for (size_t i = 0; i < columns.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "$" : ", $", i + 1, "::", NameOf(columns[i].kind), "[]");
  }
  return text + ")";
}

std::string Joined(const Columns& columns, std::string_view table) {
  return absl::StrJoin(columns, " AND ", [&](std::string* out, const Column& column) {
    absl::StrAppend(out, Qualified(table, column), " = u.", column.name);
  });
}

std::vector<Kind> KindsOf(const Columns& columns) {
  std::vector<Kind> kinds;
  for (const Column& column : columns) kinds.push_back(column.kind);
  return kinds;
}

Statement InsertInto(const char* table, const Columns& columns, const char* ending) {
  return {absl::StrCat("INSERT INTO ", table, " (", Names(columns), ") SELECT * FROM ", Unnest(columns), ending),
          KindsOf(columns)};
}

Statement Update(const char* table, const Columns& keys, const Columns& changes, const char* ending) {
  const Columns all = keys + changes;
  const std::string set = absl::StrJoin(changes, ", ", [](std::string* out, const Column& column) {
    absl::StrAppend(out, column.name, " = u.", column.name);
  });
  return {absl::StrCat("UPDATE ", table, " t SET ", set, " FROM ", Unnest(all), " AS u (", Names(all), ") WHERE ",
                       Joined(keys, "t"), ending),
          KindsOf(all)};
}

Statement DeleteFrom(const char* table, const Columns& keys) {
  return {absl::StrCat("DELETE FROM ", table, " t USING ", Unnest(keys), " AS u (", Names(keys), ") WHERE ",
                       Joined(keys, "t")),
          KindsOf(keys)};
}

Statement ReadOf(const char* table, const Columns& keys, const Columns& columns, const char* ending) {
  return {absl::StrCat("SELECT u.place, ", Names(columns, "t"), " FROM ", Unnest(keys), " WITH ORDINALITY AS u (",
                       Names(keys), ", place) JOIN ", table, " t ON ", Joined(keys, "t"), ending),
          KindsOf(keys)};
}

}  // namespace flowmesh::store::postgres
