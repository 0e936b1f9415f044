#include "server/rpc/execution_reader.h"

#include <utility>

#include "server/engine/errors.h"

namespace flowmesh::rpc {
namespace {

absl::StatusOr<store::ExecutionRow> WithPayloads(store::Store& store, store::ExecutionRow row) {
  const store::TaskKey key{row.id, 0};
  if (absl::Status status = LoadPayload(store, key, store::PayloadDirection::kInput, &row.root.input); !status.ok())
    return status;
  if (absl::Status status = LoadPayload(store, key, store::PayloadDirection::kOutput, &row.root.output); !status.ok())
    return status;
  return row;
}

void OnReader(engine::Engine& engine, std::function<absl::StatusOr<store::ExecutionRow>()> read, RowCallback done) {
  auto shared = std::make_shared<RowCallback>(std::move(done));
  if (!engine.readers().Post([read = std::move(read), shared] { (*shared)(read()); })) (*shared)(engine::QueueFull());
}

}  // namespace

absl::Status LoadPayload(store::Store& store, const store::TaskKey& key, store::PayloadDirection direction,
                         store::Payload* payload) {
  if (!payload->apart || !payload->bytes.empty()) return absl::OkStatus();
  auto bytes = store.ReadPayload(key, direction);
  if (absl::IsNotFound(bytes.status())) return engine::UnknownExecution(key.execution_id);  // deleted meanwhile
  if (!bytes.ok()) return bytes.status();
  payload->bytes = *std::move(bytes);
  return absl::OkStatus();
}

void ReadFullExecution(engine::Engine& engine, const store::Id& id, RowCallback done) {
  OnReader(
      engine,
      [&engine, id]() -> absl::StatusOr<store::ExecutionRow> {
        auto row = engine.store().ReadExecution(id);
        if (!row.ok()) return row.status();
        if (!row->has_value()) return engine::UnknownExecution(id);
        return WithPayloads(engine.store(), **std::move(row));
      },
      std::move(done));
}

void ReadVisibleExecution(engine::Engine& engine, const store::Id& id, const door::Caller& caller, RowCallback done) {
  OnReader(
      engine,
      [&engine, id, caller]() -> absl::StatusOr<store::ExecutionRow> {
        auto row = engine.store().ReadExecution(id);
        if (!row.ok()) return row.status();
        if (!row->has_value() || (!caller.admin && (*row)->owner != caller.owner)) return engine::UnknownExecution(id);
        return WithPayloads(engine.store(), **std::move(row));
      },
      std::move(done));
}

void LoadPayloads(engine::Engine& engine, store::ExecutionRow row, RowCallback done) {
  const auto lacks = [](const store::Payload& payload) { return payload.apart && payload.bytes.empty(); };
  if (!lacks(row.root.input) && !lacks(row.root.output)) return done(std::move(row));
  OnReader(
      engine, [&engine, row = std::move(row)] { return WithPayloads(engine.store(), row); }, std::move(done));
}

}  // namespace flowmesh::rpc
