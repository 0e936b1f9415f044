// Resources in a batch: names are unique, numbers are counted, and what an execution is for goes with it.
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/engine/batch.h"
#include "server/engine/errors.h"

namespace flowmesh::engine {
namespace {

template <typename Visit>
void ForEachName(const Command& command, Visit visit) {
  auto of_projection = [&](const Projection* projection, const store::Id& object) {
    if (projection == nullptr) return;
    for (const store::AliasRow& name : projection->names) visit(name, object);
  };
  if (const auto* submit = std::get_if<SubmitCommand>(&command)) {
    for (const store::AliasRow& name : submit->names) visit(name, submit->row.id);
  } else if (const auto* make = std::get_if<MakeResourceCommand>(&command)) {
    for (const store::AliasRow& name : make->names) visit(name, make->row.id);
  } else if (const auto* complete = std::get_if<CompleteExecutionCommand>(&command)) {
    of_projection(complete->projection.get(), complete->id);
  } else if (const auto* task = std::get_if<CompleteTaskCommand>(&command)) {
    of_projection(task->outcome.projection.get(), {});
  } else if (const auto* frame = std::get_if<FrameCommand>(&command)) {
    for (const Entry& entry : frame->entries) of_projection(ProjectionOf(entry.body), entry.attempt.task.execution_id);
  }
}

}  // namespace

absl::Status Batch::ClaimNames() {
  std::vector<store::AliasRow> rows;
  for (const Command& command : commands_) {
    ForEachName(command, [&](const store::AliasRow& name, const store::Id& object) {
      if (!names_.emplace(AliasName{name.owner, name.kind, name.alias}, store::ClaimedAlias{}).second) return;
      rows.push_back(name);
      rows.back().object_id = object;
    });
  }
  if (rows.empty()) return absl::OkStatus();
  auto claimed = transaction_->ClaimAliases(rows);
  if (!claimed.ok()) return claimed.status();
  for (size_t i = 0; i < rows.size(); ++i) names_[{rows[i].owner, rows[i].kind, rows[i].alias}] = (*claimed)[i];
  return absl::OkStatus();
}

absl::Status Batch::CountNumbers() {
  std::set<KeyName> keys;
  std::set<AliasName> names;
  for (size_t i = 0; i < commands_.size(); ++i) {
    const auto* make = std::get_if<MakeResourceCommand>(&commands_[i]);
    if (make == nullptr || !make->counter) continue;
    // A command that will be refused, or has been done, must not use up a number.
    bool free = true;
    for (const store::AliasRow& name : make->names) {
      const AliasName full{name.owner, name.kind, name.alias};
      free = free && names_[full].fresh && !names.contains(full);
    }
    if (make->key) {
      const KeyName key{make->key->owner, make->key->method, make->key->key};
      free = free && keys_[key].fresh && !keys.contains(key);
      if (free) keys.insert(key);
    }
    if (!free) continue;
    for (const store::AliasRow& name : make->names) names.emplace(name.owner, name.kind, name.alias);
    store::ResourceRow counter = *make->counter;
    counter.version = 1;
    counter.create_time = world_.now;
    counter.update_time = world_.now;
    auto number = transaction_->CountUp(counter);
    if (!number.ok()) return number.status();
    numbers_[i] = *number;
  }
  return absl::OkStatus();
}

absl::Status Batch::ReadReplayedResources() {
  std::vector<store::Id> ids;
  for (const Command& command : commands_) {
    const auto* make = std::get_if<MakeResourceCommand>(&command);
    if (make == nullptr || !make->key) continue;
    const store::ClaimedKey& claimed = keys_[{make->key->owner, make->key->method, make->key->key}];
    if (!claimed.fresh) ids.push_back(claimed.row.object_id);
  }
  if (ids.empty()) return absl::OkStatus();
  auto rows = transaction_->ReadResources(ids);
  if (!rows.ok()) return rows.status();
  for (const std::optional<store::ResourceRow>& row : *rows) {
    if (row) made_resources_.emplace(row->id, *row);
  }
  return absl::OkStatus();
}

absl::Status Batch::CheckNames(const std::vector<store::AliasRow>& names, const store::Id& object) const {
  for (const store::AliasRow& name : names) {
    const auto found = names_.find({name.owner, name.kind, name.alias});
    if (found == names_.end() || found->second.fresh || found->second.object_id == object) continue;
    return NameTaken(name.alias, found->second.object_id);
  }
  return absl::OkStatus();
}

absl::Status Batch::CheckNamesOf(const Projection* projection, const Draft& draft) const {
  if (projection == nullptr || !Counts(*projection, draft.row())) return absl::OkStatus();
  return CheckNames(projection->names, draft.row().first_of_chain);
}

void Batch::TakeNames(const std::vector<store::AliasRow>& names) {
  for (const store::AliasRow& name : names) {
    store::ClaimedAlias& claimed = names_[{name.owner, name.kind, name.alias}];
    if (!std::exchange(claimed.fresh, false) || claimed.object_id == name.object_id) continue;
    claimed.object_id = name.object_id;
    writes_.update_aliases.push_back(name);
  }
}

void Batch::KeepResource(Draft& draft, const SubmitCommand& command) {
  if (!command.resource) return;
  store::ResourceRow row = *command.resource;
  row.id = draft.row().id;
  draft.AddResource(std::move(row), world_.now);
  std::vector<store::AliasRow> names = command.names;
  for (store::AliasRow& name : names) name.object_id = draft.row().id;
  TakeNames(names);
}

void Batch::KeepResource(Draft& draft, const RetryCommand&) {
  const store::ExecutionRow& row = draft.row();
  draft.UpdateResource({.id = row.first_of_chain, .execution_id = row.id, .update_time = world_.now});
}

void Batch::Apply(size_t index, const MakeResourceCommand& command) {
  auto refuse = [&](const absl::Status& status) {
    effects_.replies.push_back([reply = command.reply, status] { reply(status); });
  };
  if (command.key) {
    const store::ClaimedKey& claimed = keys_[{command.key->owner, command.key->method, command.key->key}];
    if (!claimed.fresh) {
      const auto made = made_resources_.find(claimed.row.object_id);
      if (claimed.row.digest != command.key->digest) return refuse(ResourceKeyReused(command.key->key));
      if (made == made_resources_.end()) return refuse(DeletedUnderKey(command.key->key, claimed.row.object_id));
      effects_.replies.push_back([reply = command.reply, row = made->second] { reply(MadeResource{row, true}); });
      return;
    }
  }
  if (absl::Status status = CheckNames(command.names, command.row.id); !status.ok()) return refuse(status);
  const auto number = numbers_.find(index);
  if (command.counter && number == numbers_.end()) {
    deferred_.push_back(index);  // whoever stood before it did not take what it needs
    return;
  }
  store::ResourceRow row = command.row;
  row.version = 1;
  row.create_time = world_.now;
  row.update_time = world_.now;
  std::vector<store::AliasRow> numbered;
  if (command.counter) command.numbered(number->second, &row, &numbered);
  std::vector<store::AliasRow> names = command.names;
  for (store::AliasRow& name : names) name.object_id = row.id;
  for (store::AliasRow& name : numbered) name.object_id = row.id;
  TakeNames(names);
  writes_.insert_aliases.insert(writes_.insert_aliases.end(), numbered.begin(), numbered.end());
  writes_.insert_resources.push_back(row);
  if (command.key) {
    StandFor(keys_[{command.key->owner, command.key->method, command.key->key}], *command.key, row.id,
             command.key_life);
  }
  made_resources_[row.id] = row;
  effects_.replies.push_back([reply = command.reply, row] { reply(MadeResource{row, false}); });
}

void Batch::Apply(size_t index, const CompleteExecutionCommand& command) {
  if (Skipped(command.id)) {
    deferred_.push_back(index);
    return;
  }
  Draft* draft = FindOf(command.id, command.owner);
  absl::Status status =
      draft == nullptr ? UnknownExecution(command.id) : CheckNamesOf(command.projection.get(), *draft);
  if (status.ok()) status = CompleteExecution(*draft, command.output, command.projection.get(), world_);
  if (!status.ok()) {
    effects_.replies.push_back([reply = command.reply, status] { reply(status); });
    return;
  }
  TakeNames(draft->TakeNames());
  ReleaseCapacity(*draft);
  ReplyWithRow(*draft, command.reply);
}

}  // namespace flowmesh::engine
