#include "server/door/contract_catalog.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/canonical.h"
#include "server/door/hello.h"

namespace flowmesh::door {
namespace {

using google::protobuf::Any;
using google::protobuf::Descriptor;
using google::protobuf::Message;

constexpr char kTypeUrlPrefix[] = "type.googleapis.com/";

absl::Status Violation(const std::string& field, std::string description) {
  base::FieldViolations violations;
  violations.Add(field, std::move(description));
  return violations.ToStatus();
}

absl::Status CheckType(const Any& any, const Descriptor& type, const std::string& field) {
  const std::size_t slash = any.type_url().rfind('/');
  if (slash != std::string::npos && any.type_url().compare(slash + 1, std::string::npos, type.full_name()) == 0) {
    return absl::OkStatus();
  }
  return Violation(field, absl::StrCat("must be ", kTypeUrlPrefix, type.full_name(), ", is ",
                                       any.type_url().empty() ? "of no type" : any.type_url()));
}

absl::StatusOr<std::unique_ptr<Message>> ParsePayload(const Any& any, const DescriptorSet& types,
                                                      const Descriptor& type, const std::string& field) {
  if (any.value().size() > kMaxPayloadBytes) {
    return base::Error(absl::StatusCode::kInvalidArgument, "PAYLOAD_TOO_LARGE",
                       absl::StrCat("the ", field, " has ", any.value().size(), " bytes, at most ", kMaxPayloadBytes,
                                    " are allowed; put large data into an artifact and name the artifact instead"))
        .With("limit_bytes", kMaxPayloadBytes)
        .Violation(field, "is too large");
  }
  if (absl::Status fits = CheckType(any, type, field); !fits.ok()) return fits;
  std::unique_ptr<Message> message = types.New(type);
  if (!message->ParsePartialFromString(any.value())) {
    return Violation(field, absl::StrCat("does not parse as ", type.full_name()));
  }
  if (!message->IsInitialized()) {
    return Violation(field, absl::StrCat("lacks required fields: ", message->InitializationErrorString()));
  }
  return message;
}

}  // namespace

std::vector<ContractRecord> HelloContracts::Changed() const {
  std::vector<ContractRecord> records;
  for (const Type& type : types) {
    if (type.changed) records.push_back(type.current->record);
  }
  return records;
}

absl::Status ContractCatalog::AddBuiltin(const std::string& flow, const Descriptor& input, const Descriptor& output) {
  ContractRecord record;
  record.name = flow;
  record.creatable = true;
  record.input_type = input.full_name();
  record.output_type = output.full_name();
  const absl::StatusOr<ContractPtr> made = MakeContract(std::move(record), DescriptorSet::Generated(), flow);
  if (!made.ok()) return made.status();
  auto contract = std::make_shared<Contract>(**made);
  contract->compiled_in = true;
  base::MutexLock lock(mutex_);
  contracts_[flow] = std::move(contract);
  return absl::OkStatus();
}

absl::Status ContractCatalog::Load(const std::vector<ContractRecord>& records) {
  for (const ContractRecord& record : records) {
    const auto types = TypesOf(record.descriptors);
    if (!types.ok()) return types.status();
    const absl::StatusOr<ContractPtr> stored = MakeContract(record, *types, record.name);
    if (!stored.ok()) return stored.status();
    base::MutexLock lock(mutex_);
    ContractPtr& slot = contracts_[record.name];
    absl::StatusOr<ContractPtr> next = Succeed(slot, *stored);
    if (next.ok()) {
      slot = *std::move(next);
    } else {
      spdlog::warn("stored contract left out: {}", std::string(next.status().message()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const DescriptorSet>> ContractCatalog::TypesOf(const std::string& descriptors) const {
  const std::string digest = base::Sha256(descriptors);
  {
    base::MutexLock lock(mutex_);
    if (const auto* known = recent_.Find(digest)) return *known;
  }
  absl::StatusOr<std::shared_ptr<const DescriptorSet>> types = DescriptorSet::Parse(descriptors);
  if (types.ok()) {
    base::MutexLock lock(mutex_);
    recent_.Put(digest, *types);
  }
  return types;
}

absl::StatusOr<HelloContracts> ContractCatalog::CheckHello(const v1::Hello& hello) const {
  absl::StatusOr<std::vector<ContractRecord>> records = ReadHello(hello);
  if (!records.ok()) return records.status();
  std::shared_ptr<const DescriptorSet> types = DescriptorSet::Generated();
  if (!hello.descriptors().empty()) {
    absl::StatusOr<std::shared_ptr<const DescriptorSet>> brought = TypesOf(hello.descriptors());
    if (!brought.ok()) return brought.status();
    types = *std::move(brought);
  }
  HelloContracts result;
  for (ContractRecord& record : *records) {
    const ContractPtr current = Find(record.name);
    const std::string where = absl::StrCat("hello.types[", result.types.size(), "]");
    const absl::StatusOr<ContractPtr> offered = MakeContract(std::move(record), types, where);
    if (!offered.ok()) return offered.status();
    const absl::StatusOr<ContractPtr> next = Succeed(current, *offered);
    if (!next.ok()) return next.status();
    result.types.push_back({*offered, *next, *next != current});
  }
  return result;
}

absl::Status ContractCatalog::Adopt(const HelloContracts& contracts) {
  base::MutexLock lock(mutex_);
  std::map<std::string, ContractPtr> next;
  std::size_t added = 0;
  for (const HelloContracts::Type& type : contracts.types) {
    const std::string& name = type.offered->record.name;
    const auto current = contracts_.find(name);
    added += current == contracts_.end() ? 1 : 0;
    absl::StatusOr<ContractPtr> successor =
        Succeed(current == contracts_.end() ? nullptr : current->second, type.offered);
    if (!successor.ok()) return successor.status();
    next[name] = *std::move(successor);
  }
  if (contracts_.size() + added > kMaxContracts) {
    return base::Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_TYPES",
                       absl::StrCat("the mesh knows at most ", kMaxContracts, " task types"));
  }
  for (auto& [name, contract] : next) contracts_[name] = std::move(contract);
  return absl::OkStatus();
}

absl::Status ContractCatalog::FlowUnknown(const std::string& flow) const {
  constexpr std::size_t kListed = 20;
  std::vector<std::string> names;
  for (const ContractPtr& contract : List()) {
    if (contract->record.creatable) names.push_back(contract->record.name);
  }
  const std::string known = names.empty()             ? "no worker has brought any yet"
                            : names.size() <= kListed ? absl::StrCat("there are ", absl::StrJoin(names, ", "))
                                                      : "ListFlows names those there are";
  return base::Error(absl::StatusCode::kNotFound, "FLOW_UNKNOWN",
                     absl::StrCat("no flow is named \"", flow, "\"; ", known))
      .With("flow", flow);
}

absl::StatusOr<CanonicalInput> ContractCatalog::CheckInput(const std::string& flow, const Any& input) const {
  ContractPtr contract = Find(flow);
  if (contract == nullptr || !contract->record.creatable) return FlowUnknown(flow);
  CanonicalInput canonical;
  canonical.type_url = kTypeUrlPrefix + contract->input->full_name();
  Any typed;
  const bool unset = input.type_url().empty() && input.value().empty();
  if (unset) typed.set_type_url(canonical.type_url);
  absl::StatusOr<std::unique_ptr<Message>> message =
      ParsePayload(unset ? typed : input, *contract->types, *contract->input, "input");
  if (!message.ok()) return message.status();
  base::FieldViolations violations;
  violations.Add(contract->types->rules().Check(**message, "input."));
  if (!violations.empty()) return violations.ToStatus();
  canonical.bytes = SerializeDeterministically(**message);
  canonical.contract = std::move(contract);
  return canonical;
}

absl::Status ContractCatalog::CheckOutput(const std::string& type, const Any& output) const {
  const ContractPtr contract = Find(type);
  if (contract == nullptr) {
    return base::Error(absl::StatusCode::kNotFound, "TYPE_UNKNOWN",
                       absl::StrCat("no task type is named \"", type, "\""))
        .With("type", type);
  }
  return ParsePayload(output, *contract->types, *contract->output, "output").status();
}

ContractPtr ContractCatalog::Find(const std::string& type) const {
  base::MutexLock lock(mutex_);
  const auto found = contracts_.find(type);
  return found == contracts_.end() ? nullptr : found->second;
}

std::vector<ContractPtr> ContractCatalog::List() const {
  base::MutexLock lock(mutex_);
  std::vector<ContractPtr> list;
  list.reserve(contracts_.size());
  for (const auto& [ignored, contract] : contracts_) list.push_back(contract);
  return list;
}

MessageType ContractCatalog::FindMessage(const std::string& full_name) const {
  const std::vector<ContractPtr> contracts = List();
  for (const ContractPtr& contract : contracts) {
    for (const Descriptor* type : {contract->input, contract->output}) {
      if (type->full_name() == full_name) return {contract->types, type};
    }
  }
  if (const Descriptor* type = DescriptorSet::Generated()->Find(full_name)) return {DescriptorSet::Generated(), type};
  for (const ContractPtr& contract : contracts) {
    if (const Descriptor* type = contract->types->Find(full_name)) return {contract->types, type};
  }
  return {};
}

}  // namespace flowmesh::door
