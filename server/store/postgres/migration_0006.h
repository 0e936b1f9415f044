// Views for the people who run it.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0006_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0006_H_

namespace flowmesh::store::postgres {

// Views of the same names and columns are in the other store. No statement of the program reads them, so they cost
// nothing while nobody looks. States and kinds are the words of the public protos, replicas and sessions 16 hexadecimal
// digits. A name that is no UTF-8 shows as encode(name, 'escape') does. Labels, progress and the message of a failure
// are packed bytes and not here: `flowmesh inspect --json` shows them.
//
// The functions are inlined, and name none of each other, so that they work under any search_path. Numbers of packed
// columns are varints, of which the first two bytes are read.
//
// A later step that changes a column that stands here drops the view and makes it anew.
inline constexpr char kMigration0006[] = R"sql(
CREATE FUNCTION flowmesh_text(bytes bytea) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN getdatabaseencoding() IN ('UTF8', 'SQL_ASCII') AND encode(bytes, 'hex') ~ ('^(0[1-9a-f]|[1-7].'
      || '|(c[2-9a-f]|d.)[89ab].|e0[ab].[89ab].|e[1-9a-ce]([89ab].){2}|ed[89].[89ab].|ef[89a].[89ab].'
      || '|efb[0-9a-e][89ab].|efbf([89a].|b[0-9a-d])|f0[9ab].([89ab].){2}|f[1-3]([89ab].){3}|f48.([89ab].){2})*$')
    THEN convert_from(bytes, 'UTF8') ELSE encode(bytes, 'escape') END
$$;

CREATE FUNCTION flowmesh_time(micros bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE micros WHEN 9223372036854775807 THEN 'infinity' WHEN -9223372036854775807 - 1 THEN '-infinity'
    ELSE timestamptz 'epoch' + micros * interval '1 microsecond' END
$$;

CREATE FUNCTION flowmesh_now() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint
$$;

CREATE FUNCTION flowmesh_seconds(since bigint, until bigint) RETURNS double precision LANGUAGE sql STABLE AS $$
  SELECT round((until::numeric - since) / 1000000, 3)::double precision
$$;

CREATE FUNCTION flowmesh_hex(number bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT lpad(to_hex(number), 16, '0')
$$;

CREATE FUNCTION flowmesh_first_number(packed bytea) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN packed IS NULL THEN 0 WHEN get_byte(packed, 0) < 128 THEN get_byte(packed, 0) / 2
    ELSE (get_byte(packed, 0) - 128 + 128 * get_byte(packed, 1)) / 2 END
$$;

CREATE FUNCTION flowmesh_reason(failure bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN get_byte(failure, 0) < 128 THEN substr(failure, 2, get_byte(failure, 0))
    ELSE substr(failure, 3, get_byte(failure, 0) - 128 + 128 * get_byte(failure, 1)) END
$$;

CREATE FUNCTION flowmesh_execution_state(state integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE state WHEN 1 THEN 'CREATED' WHEN 2 THEN 'QUEUED' WHEN 3 THEN 'RUNNING' WHEN 4 THEN 'CANCELLING'
    WHEN 5 THEN 'COMPLETED' WHEN 6 THEN 'COMPLETED_WITH_ERRORS' WHEN 7 THEN 'FAILED' WHEN 8 THEN 'CANCELLED'
    WHEN 9 THEN 'TIMED_OUT' ELSE state::text END
$$;

CREATE FUNCTION flowmesh_task_state(state integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE state WHEN 1 THEN 'WAITING' WHEN 2 THEN 'READY' WHEN 3 THEN 'ASSIGNED' WHEN 4 THEN 'BACKOFF'
    WHEN 5 THEN 'PARKED' WHEN 6 THEN 'EXTERNAL' WHEN 7 THEN 'COMPLETED' WHEN 8 THEN 'FAILED' WHEN 9 THEN 'CANCELLED'
    WHEN 10 THEN 'TIMED_OUT' ELSE state::text END
$$;

CREATE VIEW executions_view AS SELECT
  execution_id AS id,
  flowmesh_text(owner) AS owner,
  flowmesh_text(flow) AS flow,
  flowmesh_execution_state(state) AS state,
  flowmesh_task_state(task_state) AS task_state,   -- of task 0
  priority,
  flowmesh_time(create_time) AS create_time,
  flowmesh_time(start_time) AS start_time,
  flowmesh_time(end_time) AS end_time,
  flowmesh_time(deadline) AS deadline,
  flowmesh_seconds(create_time, flowmesh_now()) AS age_seconds,
  flowmesh_seconds(start_time, coalesce(end_time, flowmesh_now())) AS run_seconds,
  event_head,
  event_bytes,
  result_bytes,
  next_task - 1 AS calls,
  attempt,
  flowmesh_first_number(task_counts) AS failures,
  nullif(flowmesh_text(flowmesh_reason(failure)), '') AS failure_reason,
  flowmesh_hex(replica_id) AS replica,
  flowmesh_hex(session) AS session
FROM executions;

CREATE VIEW tasks_view AS SELECT
  execution_id,
  0 AS task,
  NULL::integer AS parent,
  '' AS call_key,
  'ROOT' AS kind,
  flowmesh_text(flow) AS type,
  flowmesh_task_state(task_state) AS state,
  priority,
  flowmesh_time(create_time) AS create_time,
  flowmesh_time(ready_time) AS ready_time,   -- READY: since when; BACKOFF, SLEEP, EXTERNAL: when its timer is due
  flowmesh_time(task_start_time) AS start_time,
  flowmesh_time(task_end_time) AS end_time,
  flowmesh_seconds(create_time, flowmesh_now()) AS age_seconds,
  flowmesh_seconds(task_start_time, coalesce(task_end_time, flowmesh_now())) AS run_seconds,
  attempt,
  flowmesh_first_number(task_counts) AS failures,
  nullif(flowmesh_text(flowmesh_reason(failure)), '') AS failure_reason,
  flowmesh_hex(replica_id) AS replica,
  flowmesh_hex(session) AS session
FROM executions
UNION ALL SELECT
  execution_id,
  task,
  parent,
  flowmesh_text(call_key),
  CASE kind WHEN 1 THEN 'ROOT' WHEN 2 THEN 'CALL' WHEN 3 THEN 'STEP' WHEN 4 THEN 'SLEEP' WHEN 5 THEN 'SIGNAL'
    WHEN 6 THEN 'EXTERNAL_CALL' ELSE kind::text END,
  flowmesh_text(type),
  flowmesh_task_state(task_state),
  priority,
  flowmesh_time(create_time),
  flowmesh_time(ready_time),
  flowmesh_time(task_start_time),
  flowmesh_time(task_end_time),
  flowmesh_seconds(create_time, flowmesh_now()),
  flowmesh_seconds(task_start_time, coalesce(task_end_time, flowmesh_now())),
  attempt,
  flowmesh_first_number(task_counts),
  nullif(flowmesh_text(flowmesh_reason(failure)), ''),
  flowmesh_hex(replica_id),
  flowmesh_hex(session)
FROM tasks;

-- How many executions are in each state that is not final.
CREATE VIEW totals_view AS SELECT flowmesh_execution_state(state) AS state, sum(executions)::bigint AS executions
FROM totals GROUP BY totals.state;

CREATE VIEW queues_view AS SELECT
  flowmesh_text(queue) AS queue,
  count(*) AS waiting,
  count(DISTINCT owner_hash) AS owners,
  flowmesh_time(min(since)) AS oldest,
  flowmesh_seconds(min(since), flowmesh_now()) AS oldest_seconds
FROM ready GROUP BY ready.queue;

CREATE VIEW timers_view AS SELECT
  execution_id,
  task,
  CASE kind WHEN 1 THEN 'DEADLINE' WHEN 2 THEN 'SLEEP' WHEN 3 THEN 'RETRY' WHEN 4 THEN 'RELEASE' ELSE kind::text END AS kind,
  flowmesh_time(due_time) AS due,
  flowmesh_seconds(due_time, flowmesh_now()) AS overdue_seconds   -- below 0: not due yet
FROM timers;

CREATE VIEW replicas_view AS SELECT
  flowmesh_hex(replica_id) AS replica,
  CASE WHEN alive THEN 'ALIVE' ELSE 'DEAD' END AS state,
  batch,
  flowmesh_time(time) AS last_batch,
  flowmesh_seconds(time, flowmesh_now()) AS last_batch_seconds,
  (SELECT count(*) FROM assigned WHERE assigned.replica_id = replicas.replica_id) AS assigned
FROM replicas;

CREATE VIEW assigned_view AS SELECT
  flowmesh_hex(a.replica_id) AS replica,
  flowmesh_hex(a.session) AS session,
  a.execution_id,
  a.task,
  flowmesh_text(e.owner) AS owner,
  flowmesh_text(e.flow) AS flow,
  flowmesh_execution_state(e.state) AS execution_state
FROM assigned a LEFT JOIN executions e ON e.shard = a.shard AND e.execution_id = a.execution_id;

CREATE VIEW keys_view AS SELECT
  flowmesh_text(h.owner) AS owner,
  flowmesh_text(h.key) AS key,
  h.execution_id AS holder,
  flowmesh_execution_state(e.state) AS holder_state,
  (SELECT count(*) FROM concurrency_keys w
    WHERE w.shard = h.shard AND w.owner = h.owner AND w.key = h.key AND w.place > 0) AS waiting,
  (SELECT w.execution_id FROM concurrency_keys w
    WHERE w.shard = h.shard AND w.owner = h.owner AND w.key = h.key AND w.place > 0
    ORDER BY w.place LIMIT 1) AS next
FROM concurrency_keys h LEFT JOIN executions e ON e.shard = h.shard AND e.execution_id = h.execution_id
WHERE h.place = 0;
)sql";

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0006_H_
