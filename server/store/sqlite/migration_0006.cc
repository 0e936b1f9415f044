#include "server/store/sqlite/migration_0006.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace flowmesh::store {
namespace {

// SQLite has no functions of one's own in a view; these stand for what is written out in their place.
struct Shorthand {
  absl::string_view name;  // followed by a column in parentheses
  absl::string_view sql;   // $ is the column
};

constexpr Shorthand kShorthands[] = {
    // The name itself if each of its characters is written as SQLite would write it, which those are not that are no
    // UTF-8. Nearly all names are ASCII, which is seen at once.
    {"TEXT", R"(CASE WHEN $ IS NULL THEN NULL
    WHEN instr(CAST($ AS BLOB), x'00') = 0 AND ($ NOT GLOB '*[^' || char(1) || '-' || char(127) || ']*' OR NOT EXISTS (
      SELECT 1 FROM json_each('[' || replace(hex(zeroblob(length($) - 1)), '00', '0,') || '0]')
      WHERE hex(char(unicode(substr($, key + 1, 1)))) <> hex(substr($, key + 1, 1)))) THEN $
    ELSE (
      SELECT group_concat(CASE
        WHEN substr(hex($), key * 2 + 1, 2) = '5C' THEN '\\'
        WHEN substr(hex($), key * 2 + 1, 2) BETWEEN '01' AND '7F' THEN CAST(substr(CAST($ AS BLOB), key + 1, 1) AS TEXT)
        ELSE printf('\%03o', 16 * instr('123456789ABCDEF', substr(hex($), key * 2 + 1, 1))
                                + instr('123456789ABCDEF', substr(hex($), key * 2 + 2, 1))) END, '')
      FROM json_each('[' || replace(hex(zeroblob(length(CAST($ AS BLOB)) - 1)), '00', '0,') || '0]')) END)"},
    {"ID",
     "lower(substr(hex($), 1, 8) || '-' || substr(hex($), 9, 4) || '-' || substr(hex($), 13, 4) || '-' || "
     "substr(hex($), 17, 4) || '-' || substr(hex($), 21))"},
    {"HEX", "CASE WHEN $ IS NOT NULL THEN printf('%016x', $) END"},
    {"TIME",
     "CASE $ WHEN 9223372036854775807 THEN 'infinity' WHEN -9223372036854775808 THEN '-infinity' ELSE "
     "strftime('%Y-%m-%dT%H:%M:%S', $ / 1000000, 'unixepoch') || printf('.%06dZ', $ % 1000000) END"},
    {"SINCE", "round((CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000 - $) / 1000000.0, 3)"},
    // The number that a varint of at most two bytes begins a blob with.
    {"FIRST_NUMBER", R"((16 * instr('123456789ABCDEF', substr(hex($), 1, 1)) % 128
      + instr('123456789ABCDEF', substr(hex($), 2, 1)) + CASE WHEN substr(hex($), 1, 1) >= '8' THEN 128 *
        (16 * instr('123456789ABCDEF', substr(hex($), 3, 1)) + instr('123456789ABCDEF', substr(hex($), 4, 1))) ELSE 0 END))"},
    {"EXECUTION_STATE", R"(CASE $ WHEN 1 THEN 'CREATED' WHEN 2 THEN 'QUEUED' WHEN 3 THEN 'RUNNING'
    WHEN 4 THEN 'CANCELLING' WHEN 5 THEN 'COMPLETED' WHEN 6 THEN 'COMPLETED_WITH_ERRORS' WHEN 7 THEN 'FAILED'
    WHEN 8 THEN 'CANCELLED' WHEN 9 THEN 'TIMED_OUT' ELSE CAST($ AS TEXT) END)"},
    {"TASK_STATE", R"(CASE $ WHEN 1 THEN 'WAITING' WHEN 2 THEN 'READY' WHEN 3 THEN 'ASSIGNED' WHEN 4 THEN 'BACKOFF'
    WHEN 5 THEN 'PARKED' WHEN 6 THEN 'EXTERNAL' WHEN 7 THEN 'COMPLETED' WHEN 8 THEN 'FAILED' WHEN 9 THEN 'CANCELLED'
    WHEN 10 THEN 'TIMED_OUT' ELSE CAST($ AS TEXT) END)"},
};

// A failure begins with its reason, the numbers of a task with how many attempts failed.
constexpr char kViews[] = R"sql(
CREATE VIEW executions_view AS SELECT
  @ID(execution_id) AS id,
  @TEXT(owner) AS owner,
  @TEXT(flow) AS flow,
  @EXECUTION_STATE(state) AS state,
  @TASK_STATE(task_state) AS task_state,   -- of task 0
  priority,
  @TIME(create_time) AS create_time,
  @TIME(start_time) AS start_time,
  @TIME(end_time) AS end_time,
  @TIME(deadline) AS deadline,
  @SINCE(create_time) AS age_seconds,
  coalesce(round((end_time - start_time) / 1000000.0, 3), @SINCE(start_time)) AS run_seconds,
  event_head,
  event_bytes,
  result_bytes,
  next_task - 1 AS calls,
  attempt,
  CASE WHEN task_counts IS NULL THEN 0 ELSE @FIRST_NUMBER(task_counts) / 2 END AS failures,
  nullif(@TEXT(reason), '') AS failure_reason,
  @HEX(replica_id) AS replica,
  @HEX(session) AS session
FROM (SELECT *, CAST(substr(failure, CASE WHEN hex(failure) < '8' THEN 2 ELSE 3 END, @FIRST_NUMBER(failure)) AS TEXT)
  AS reason FROM executions);

CREATE VIEW tasks_view AS SELECT
  @ID(execution_id) AS execution_id,
  task,
  parent,
  @TEXT(call_key) AS call_key,
  CASE kind WHEN 1 THEN 'ROOT' WHEN 2 THEN 'CALL' WHEN 3 THEN 'STEP' WHEN 4 THEN 'SLEEP' WHEN 5 THEN 'SIGNAL'
    WHEN 6 THEN 'EXTERNAL_CALL' ELSE CAST(kind AS TEXT) END AS kind,
  @TEXT(type) AS type,
  @TASK_STATE(task_state) AS state,
  priority,
  @TIME(create_time) AS create_time,
  @TIME(ready_time) AS ready_time,   -- READY: since when; BACKOFF, SLEEP, EXTERNAL: when its timer is due
  @TIME(task_start_time) AS start_time,
  @TIME(task_end_time) AS end_time,
  @SINCE(create_time) AS age_seconds,
  coalesce(round((task_end_time - task_start_time) / 1000000.0, 3), @SINCE(task_start_time)) AS run_seconds,
  attempt,
  CASE WHEN task_counts IS NULL THEN 0 ELSE @FIRST_NUMBER(task_counts) / 2 END AS failures,
  nullif(@TEXT(reason), '') AS failure_reason,
  @HEX(replica_id) AS replica,
  @HEX(session) AS session
FROM (SELECT *, CAST(substr(failure, CASE WHEN hex(failure) < '8' THEN 2 ELSE 3 END, @FIRST_NUMBER(failure)) AS TEXT)
  AS reason FROM (
    SELECT execution_id, 0 AS task, NULL AS parent, '' AS call_key, 1 AS kind, flow AS type, task_state, priority,
      create_time, ready_time, task_start_time, task_end_time, attempt, task_counts, failure, replica_id, session
    FROM executions
    UNION ALL
    SELECT execution_id, task, parent, call_key, kind, type, task_state, priority,
      create_time, ready_time, task_start_time, task_end_time, attempt, task_counts, failure, replica_id, session
    FROM tasks));

-- How many executions are in each state that is not final.
CREATE VIEW totals_view AS SELECT @EXECUTION_STATE(state) AS state, executions FROM totals;

CREATE VIEW queues_view AS SELECT
  @TEXT(queue) AS queue,
  waiting,
  owners,
  @TIME(oldest) AS oldest,
  @SINCE(oldest) AS oldest_seconds
FROM (SELECT queue, count(*) AS waiting, count(DISTINCT owner_hash) AS owners, min(since) AS oldest
  FROM ready GROUP BY queue);

CREATE VIEW timers_view AS SELECT
  @ID(execution_id) AS execution_id,
  task,
  CASE kind WHEN 1 THEN 'DEADLINE' WHEN 2 THEN 'SLEEP' WHEN 3 THEN 'RETRY' WHEN 4 THEN 'RELEASE'
    ELSE CAST(kind AS TEXT) END AS kind,
  @TIME(due_time) AS due,
  @SINCE(due_time) AS overdue_seconds   -- below 0: not due yet
FROM timers;

CREATE VIEW replicas_view AS SELECT
  @HEX(replica_id) AS replica,
  CASE WHEN alive THEN 'ALIVE' ELSE 'DEAD' END AS state,
  batch,
  @TIME(time) AS last_batch,
  @SINCE(time) AS last_batch_seconds,
  (SELECT count(*) FROM assigned WHERE assigned.replica_id = replicas.replica_id) AS assigned
FROM replicas;

CREATE VIEW assigned_view AS SELECT
  @HEX(a.replica_id) AS replica,
  @HEX(a.session) AS session,
  @ID(a.execution_id) AS execution_id,
  a.task,
  @TEXT(e.owner) AS owner,
  @TEXT(e.flow) AS flow,
  @EXECUTION_STATE(e.state) AS execution_state
FROM assigned a LEFT JOIN executions e ON e.execution_id = a.execution_id;

CREATE VIEW keys_view AS SELECT
  @TEXT(h.owner) AS owner,
  @TEXT(h.key) AS key,
  @ID(h.execution_id) AS holder,
  @EXECUTION_STATE(e.state) AS holder_state,
  (SELECT count(*) FROM concurrency_keys w WHERE w.owner = h.owner AND w.key = h.key AND w.place > 0) AS waiting,
  (SELECT @ID(w.execution_id) FROM concurrency_keys w WHERE w.owner = h.owner AND w.key = h.key AND w.place > 0
    ORDER BY w.place LIMIT 1) AS next
FROM concurrency_keys h LEFT JOIN executions e ON e.execution_id = h.execution_id
WHERE h.place = 0;
)sql";

std::string WrittenOut(absl::string_view views) {
  std::string sql;
  while (true) {
    const size_t at = views.find('@');
    absl::StrAppend(&sql, views.substr(0, at));
    if (at == absl::string_view::npos) return sql;
    const size_t open = views.find('(', at);
    const size_t close = views.find(')', open);
    const absl::string_view name = views.substr(at + 1, open - at - 1);
    const absl::string_view column = views.substr(open + 1, close - open - 1);
    for (const Shorthand& shorthand : kShorthands) {
      if (shorthand.name == name) absl::StrAppend(&sql, absl::StrReplaceAll(shorthand.sql, {{"$", column}}));
    }
    views.remove_prefix(close + 1);
  }
}

}  // namespace

const char* Migration0006() {
  static const std::string* const sql = new std::string(WrittenOut(kViews));
  return sql->c_str();
}

}  // namespace flowmesh::store
