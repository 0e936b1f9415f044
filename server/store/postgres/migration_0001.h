// The first tables.
#ifndef FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0001_H_
#define FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0001_H_

namespace flowmesh::store::postgres {

// Times are microseconds since 1970 (the ends of the number range: infinite past and future), 64-bit numbers without
// sign keep their bits. NULL is the default of a column in rows.h. Names and texts are bytea: they come from clients
// and may hold any bytes, and compare byte by byte whatever the collation (to read them: SET bytea_output = 'escape').
//
// `shard`, 10 bits of SHA-256(owner) that the ids carry, leads the keys of what belongs to an owner, so that the rows
// of one owner sit together and can be distributed. `ready` and `timers` are walked across shards.
//
// Rows that are updated in place leave room on their page, and no index holds a column that changes: so updates stay
// on the page and touch no index (HOT). Queues lose rows as fast as they get them, so they are vacuumed early. Blobs
// that stand apart are not compressed: that would be work under the commit.
inline constexpr char kMigration0001[] = R"sql(
CREATE TABLE executions (
  shard           smallint NOT NULL,
  execution_id    uuid NOT NULL,
  -- what changes
  state           smallint NOT NULL,
  event_head      bigint NOT NULL,
  event_bytes     bigint NOT NULL,
  start_time      bigint,
  end_time        bigint,
  deadline        bigint,
  next_task       integer NOT NULL,
  result_bytes    bigint NOT NULL,
  progress        bytea,   -- packed
  counts          bytea,   -- packed: dropped_logs, with_errors
  -- of task 0
  task_state      smallint NOT NULL,
  attempt         integer NOT NULL,
  acked           bigint NOT NULL,
  record          integer NOT NULL,
  replica_id      bigint,
  session         bigint,
  ready_time      bigint,
  task_start_time bigint,
  task_end_time   bigint,
  failure         bytea,   -- packed
  output_type     bytea,
  output          bytea,   -- NULL with a type: in payloads
  task_counts     bytea,   -- packed: failures, losses, output_ends, records, code_version, token_digest
  -- what does not
  owner           bytea NOT NULL,
  flow            bytea NOT NULL,
  create_time     bigint NOT NULL,
  labels          bytea,   -- packed
  priority        smallint NOT NULL,
  input_type      bytea,
  input           bytea,   -- NULL with a type: in payloads
  origin          bytea,   -- packed: timeout, concurrency, retry_of, first_of_chain, traceparent, ...
  PRIMARY KEY (shard, execution_id)
) WITH (fillfactor = 70);
CREATE INDEX executions_of_owner ON executions (shard, owner, create_time, execution_id);
-- Everybody's executions by age; new rows go to its end, so it costs next to nothing.
CREATE INDEX executions_by_age ON executions (execution_id);

-- How many executions are in each state that is not final: what a replica has added, so that no two replicas write one
-- row.
CREATE TABLE totals (
  replica_id bigint NOT NULL, state smallint NOT NULL, executions bigint NOT NULL,
  PRIMARY KEY (replica_id, state)
) WITH (fillfactor = 20);

CREATE TABLE tasks (
  shard           smallint NOT NULL,
  execution_id    uuid NOT NULL,
  task            integer NOT NULL,
  -- what changes
  task_state      smallint NOT NULL,
  attempt         integer NOT NULL,
  acked           bigint NOT NULL,
  record          integer NOT NULL,
  replica_id      bigint,
  session         bigint,
  ready_time      bigint,
  task_start_time bigint,
  task_end_time   bigint,
  failure         bytea,
  output_type     bytea,
  output          bytea,
  task_counts     bytea,
  -- what does not
  parent          integer NOT NULL,
  call_key        bytea NOT NULL,
  kind            smallint NOT NULL,
  type            bytea NOT NULL,
  priority        smallint NOT NULL,
  create_time     bigint,
  input_type      bytea,
  input           bytea,
  PRIMARY KEY (shard, execution_id, task)
) WITH (fillfactor = 70);

CREATE TABLE payloads (
  shard smallint NOT NULL, execution_id uuid NOT NULL, task integer NOT NULL, direction smallint NOT NULL, bytes bytea NOT NULL,
  PRIMARY KEY (shard, execution_id, task, direction)
);
ALTER TABLE payloads ALTER bytes SET STORAGE EXTERNAL;

CREATE TABLE event_chunks (
  shard        smallint NOT NULL,
  execution_id uuid NOT NULL,
  first_seq    bigint NOT NULL,
  count        integer NOT NULL,
  bytes        bytea NOT NULL,
  PRIMARY KEY (shard, execution_id, first_seq)
);
ALTER TABLE event_chunks ALTER bytes SET STORAGE EXTERNAL;

CREATE TABLE idempotency_keys (
  shard       smallint NOT NULL,
  owner       bytea NOT NULL,
  method      bytea NOT NULL,
  key         bytea NOT NULL,
  object_id   uuid NOT NULL,
  digest      bytea NOT NULL,
  expire_time bigint NOT NULL,
  PRIMARY KEY (shard, owner, method, key)
);

CREATE TABLE concurrency_keys (
  shard        smallint NOT NULL,
  owner        bytea NOT NULL,
  key          bytea NOT NULL,
  place        bigint NOT NULL,   -- 0 holds the key
  execution_id uuid NOT NULL,
  policy       smallint NOT NULL,
  PRIMARY KEY (shard, owner, key, place, execution_id)
);

CREATE TABLE ready (
  queue        bytea NOT NULL,
  owner_hash   bigint NOT NULL,
  priority     smallint NOT NULL,
  execution_id uuid NOT NULL,
  task         integer NOT NULL,
  since        bigint NOT NULL,
  PRIMARY KEY (queue, owner_hash, priority, execution_id, task)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE TABLE timers (
  due_time     bigint NOT NULL,
  shard        smallint NOT NULL,
  execution_id uuid NOT NULL,
  task         integer NOT NULL,
  kind         smallint NOT NULL,
  PRIMARY KEY (due_time, shard, execution_id, task, kind)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE TABLE assigned (
  replica_id bigint NOT NULL, session bigint NOT NULL, shard smallint NOT NULL, execution_id uuid NOT NULL, task integer NOT NULL,
  PRIMARY KEY (replica_id, session, shard, execution_id, task)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE TABLE mail (
  replica_id bigint NOT NULL, shard smallint NOT NULL, execution_id uuid NOT NULL,
  PRIMARY KEY (replica_id, shard, execution_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

CREATE TABLE replicas (
  replica_id bigint NOT NULL PRIMARY KEY,
  alive      boolean NOT NULL,
  batch      bigint NOT NULL,
  time       bigint NOT NULL,   -- of the last batch; the store's time never goes back behind it
  summary    bytea
) WITH (fillfactor = 20);

CREATE TABLE signals (
  shard        smallint NOT NULL,
  execution_id uuid NOT NULL,
  number       bigint NOT NULL,
  name         bytea NOT NULL,
  create_time  bigint NOT NULL,
  type         bytea,
  payload      bytea,
  PRIMARY KEY (shard, execution_id, number)
);

CREATE TABLE resources (
  shard        smallint NOT NULL,
  resource_id  uuid NOT NULL,
  kind         bytea NOT NULL,
  owner        bytea NOT NULL,
  parent       uuid,
  execution_id uuid,               -- that made it
  version      bigint NOT NULL,    -- etag
  create_time  bigint NOT NULL,
  update_time  bigint NOT NULL,
  payload      bytea NOT NULL,
  PRIMARY KEY (shard, resource_id)
) WITH (fillfactor = 70);
CREATE INDEX resources_of_owner ON resources (shard, owner, kind, create_time, resource_id);
CREATE INDEX resources_of_parent ON resources (shard, parent, kind, resource_id) WHERE parent IS NOT NULL;

CREATE TABLE artifacts (
  shard        smallint NOT NULL,
  artifact_id  uuid NOT NULL,
  owner        bytea NOT NULL,
  execution_id uuid,
  media_type   bytea NOT NULL,
  uri          bytea NOT NULL,
  size         bigint NOT NULL,
  digest       bytea NOT NULL,
  create_time  bigint NOT NULL,
  PRIMARY KEY (shard, artifact_id)
);
CREATE INDEX artifacts_of_execution ON artifacts (shard, execution_id) WHERE execution_id IS NOT NULL;

CREATE TABLE aliases (
  shard smallint NOT NULL, owner bytea NOT NULL, kind bytea NOT NULL, alias bytea NOT NULL, object_id uuid NOT NULL,
  PRIMARY KEY (shard, owner, kind, alias)
);

CREATE TABLE flows (
  name               bytea NOT NULL PRIMARY KEY,
  is_flow_kind       smallint NOT NULL,
  creatable          smallint NOT NULL,
  input_type         bytea NOT NULL,
  output_type        bytea NOT NULL,
  code_version       integer NOT NULL,
  max_failures       integer NOT NULL,
  retry_initial      bigint NOT NULL,
  retry_multiplier   double precision NOT NULL,
  retry_cap          bigint NOT NULL,
  attempt_timeout    bigint NOT NULL,
  descriptors_digest bytea NOT NULL,
  descriptors        bytea NOT NULL
);

CREATE TABLE usage (
  shard        smallint NOT NULL,
  owner        bytea NOT NULL,
  execution_id uuid NOT NULL,
  seq          bigint NOT NULL,   -- of the event that told of it
  create_time  bigint NOT NULL,
  provider     bytea NOT NULL,
  unit         bytea NOT NULL,
  amount       bigint NOT NULL,
  PRIMARY KEY (shard, owner, execution_id, seq)
);
)sql";

}  // namespace flowmesh::store::postgres

#endif  // FLOWMESH_SERVER_STORE_POSTGRES_MIGRATION_0001_H_
