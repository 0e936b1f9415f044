// The first tables.
#ifndef FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0001_H_
#define FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0001_H_

namespace flowmesh::store {

// Ids are 16 bytes, times microseconds since 1970 (the ends of the number range: infinite past and future), 64-bit
// numbers without sign keep their bits. NULL is the default of a column in rows.h.
//
// No table has a column for the shard: SQLite does not partition, and the ids carry its bits. With the shard in front
// of the key, rows of one batch would lie on as many pages as there are owners (measured: an execution costs twice as
// much); keyed by time-ordered ids they share a few. Likewise no index on `state`, which would be paid by every update;
// `totals` counts the executions of each state that is not final.
inline constexpr char kMigration0001[] = R"sql(
CREATE TABLE executions (
  execution_id    BLOB NOT NULL PRIMARY KEY,
  -- what changes
  state           INTEGER NOT NULL,
  event_head      INTEGER NOT NULL,
  event_bytes     INTEGER NOT NULL,
  start_time      INTEGER,
  end_time        INTEGER,
  deadline        INTEGER,
  next_task       INTEGER NOT NULL,
  result_bytes    INTEGER NOT NULL,
  progress        BLOB,   -- packed
  counts          BLOB,   -- packed: dropped_logs, with_errors
  -- of task 0
  task_state      INTEGER NOT NULL,
  attempt         INTEGER NOT NULL,
  acked           INTEGER NOT NULL,
  record          INTEGER NOT NULL,
  replica_id      INTEGER,
  session         INTEGER,
  ready_time      INTEGER,
  task_start_time INTEGER,
  task_end_time   INTEGER,
  failure         BLOB,   -- packed
  output_type     TEXT,
  output          BLOB,   -- NULL with a type: in payloads
  task_counts     BLOB,   -- packed: failures, losses, output_ends, records, code_version, token_digest
  -- what does not
  owner           TEXT NOT NULL,
  flow            TEXT NOT NULL,
  create_time     INTEGER NOT NULL,
  labels          BLOB,   -- packed
  priority        INTEGER NOT NULL,
  input_type      TEXT,
  input           BLOB,   -- NULL with a type: in payloads
  origin          BLOB    -- packed: timeout, concurrency, retry_of, first_of_chain, traceparent, ...
) WITHOUT ROWID;
CREATE INDEX executions_of_owner ON executions (owner, create_time, execution_id);

CREATE TABLE totals (
  state      INTEGER NOT NULL PRIMARY KEY,
  executions INTEGER NOT NULL
);

CREATE TABLE tasks (
  execution_id    BLOB NOT NULL,
  task            INTEGER NOT NULL,
  -- what changes
  task_state      INTEGER NOT NULL,
  attempt         INTEGER NOT NULL,
  acked           INTEGER NOT NULL,
  record          INTEGER NOT NULL,
  replica_id      INTEGER,
  session         INTEGER,
  ready_time      INTEGER,
  task_start_time INTEGER,
  task_end_time   INTEGER,
  failure         BLOB,
  output_type     TEXT,
  output          BLOB,
  task_counts     BLOB,
  -- what does not
  parent          INTEGER NOT NULL,
  call_key        TEXT NOT NULL,
  kind            INTEGER NOT NULL,
  type            TEXT NOT NULL,
  priority        INTEGER NOT NULL,
  create_time     INTEGER,
  input_type      TEXT,
  input           BLOB,
  PRIMARY KEY (execution_id, task)
) WITHOUT ROWID;

CREATE TABLE payloads (
  execution_id BLOB NOT NULL,
  task         INTEGER NOT NULL,
  direction    INTEGER NOT NULL,
  bytes        BLOB NOT NULL,
  PRIMARY KEY (execution_id, task, direction)
) WITHOUT ROWID;

CREATE TABLE event_chunks (
  execution_id BLOB NOT NULL,
  first_seq    INTEGER NOT NULL,
  count        INTEGER NOT NULL,
  bytes        BLOB NOT NULL,
  PRIMARY KEY (execution_id, first_seq)
) WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  owner       TEXT NOT NULL,
  method      TEXT NOT NULL,
  key         TEXT NOT NULL,
  object_id   BLOB NOT NULL,
  digest      BLOB NOT NULL,
  expire_time INTEGER NOT NULL,
  PRIMARY KEY (owner, method, key)
) WITHOUT ROWID;

CREATE TABLE concurrency_keys (
  owner        TEXT NOT NULL,
  key          TEXT NOT NULL,
  place        INTEGER NOT NULL,   -- 0 holds the key
  execution_id BLOB NOT NULL,
  policy       INTEGER NOT NULL,
  PRIMARY KEY (owner, key, place, execution_id)
) WITHOUT ROWID;

CREATE TABLE ready (
  queue        TEXT NOT NULL,
  owner_hash   INTEGER NOT NULL,
  priority     INTEGER NOT NULL,
  execution_id BLOB NOT NULL,
  task         INTEGER NOT NULL,
  since        INTEGER NOT NULL,
  PRIMARY KEY (queue, owner_hash, priority, execution_id, task)
) WITHOUT ROWID;

CREATE TABLE timers (
  due_time     INTEGER NOT NULL,
  execution_id BLOB NOT NULL,
  task         INTEGER NOT NULL,
  kind         INTEGER NOT NULL,
  PRIMARY KEY (due_time, execution_id, task, kind)
) WITHOUT ROWID;

CREATE TABLE assigned (
  replica_id   INTEGER NOT NULL,
  session      INTEGER NOT NULL,
  execution_id BLOB NOT NULL,
  task         INTEGER NOT NULL,
  PRIMARY KEY (replica_id, session, execution_id, task)
) WITHOUT ROWID;

CREATE TABLE mail (
  replica_id   INTEGER NOT NULL,
  execution_id BLOB NOT NULL,
  PRIMARY KEY (replica_id, execution_id)
) WITHOUT ROWID;

CREATE TABLE replicas (
  replica_id INTEGER NOT NULL PRIMARY KEY,
  alive      INTEGER NOT NULL,
  batch      INTEGER NOT NULL,
  time       INTEGER NOT NULL,   -- of the last batch; the store's time never goes back behind it
  summary    BLOB
);

CREATE TABLE signals (
  execution_id BLOB NOT NULL,
  number       INTEGER NOT NULL,
  name         TEXT NOT NULL,
  create_time  INTEGER NOT NULL,
  type         TEXT,
  payload      BLOB,
  PRIMARY KEY (execution_id, number)
) WITHOUT ROWID;

CREATE TABLE resources (
  resource_id  BLOB NOT NULL PRIMARY KEY,
  kind         TEXT NOT NULL,
  owner        TEXT NOT NULL,
  parent       BLOB,
  execution_id BLOB,               -- that made it
  version      INTEGER NOT NULL,   -- etag
  create_time  INTEGER NOT NULL,
  update_time  INTEGER NOT NULL,
  payload      BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX resources_of_owner ON resources (owner, kind, create_time, resource_id);
CREATE INDEX resources_of_parent ON resources (parent, kind, resource_id) WHERE parent IS NOT NULL;

CREATE TABLE artifacts (
  artifact_id  BLOB NOT NULL PRIMARY KEY,
  owner        TEXT NOT NULL,
  execution_id BLOB,
  media_type   TEXT NOT NULL,
  uri          TEXT NOT NULL,
  size         INTEGER NOT NULL,
  digest       BLOB NOT NULL,
  create_time  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX artifacts_of_execution ON artifacts (execution_id) WHERE execution_id IS NOT NULL;

CREATE TABLE aliases (
  owner     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  alias     TEXT NOT NULL,
  object_id BLOB NOT NULL,
  PRIMARY KEY (owner, kind, alias)
) WITHOUT ROWID;

CREATE TABLE flows (
  name               TEXT NOT NULL PRIMARY KEY,
  is_flow_kind       INTEGER NOT NULL,
  creatable          INTEGER NOT NULL,
  input_type         TEXT NOT NULL,
  output_type        TEXT NOT NULL,
  code_version       INTEGER NOT NULL,
  max_failures       INTEGER NOT NULL,
  retry_initial      INTEGER NOT NULL,
  retry_multiplier   REAL NOT NULL,
  retry_cap          INTEGER NOT NULL,
  attempt_timeout    INTEGER NOT NULL,
  descriptors_digest BLOB NOT NULL,
  descriptors        BLOB NOT NULL
);

CREATE TABLE usage (
  owner        TEXT NOT NULL,
  execution_id BLOB NOT NULL,
  seq          INTEGER NOT NULL,   -- of the event that told of it
  create_time  INTEGER NOT NULL,
  provider     TEXT NOT NULL,
  unit         TEXT NOT NULL,
  amount       INTEGER NOT NULL,
  PRIMARY KEY (owner, execution_id, seq)
) WITHOUT ROWID;
)sql";

}  // namespace flowmesh::store

#endif  // FLOWMESH_SERVER_STORE_SQLITE_MIGRATION_0001_H_
