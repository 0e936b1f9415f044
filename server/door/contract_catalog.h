#ifndef FLOWMESH_SERVER_DOOR_CONTRACT_CATALOG_H_
#define FLOWMESH_SERVER_DOOR_CONTRACT_CATALOG_H_

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/base/mutex.h"
#include "server/door/contract.h"
#include "server/door/lru_map.h"

namespace flowmesh::door {

// Largest input or output, in serialised bytes.
inline constexpr std::size_t kMaxPayloadBytes = 1 << 20;

// Most task types that the mesh knows.
inline constexpr std::size_t kMaxContracts = 10'000;

// An input that fits its contract, in the one form that stands for it: parsed and serialised again, deterministically.
struct CanonicalInput {
  std::string type_url;
  std::string bytes;
  ContractPtr contract;  // the one it was checked against
};

// What a hello means for the catalog.
struct HelloContracts {
  struct Type {
    ContractPtr offered;  // as this worker declares it
    ContractPtr current;  // what stands once it is adopted
    bool changed;         // `current->record` is to be stored
  };
  std::vector<Type> types;  // in the hello's order

  // What is to be stored before the contracts are adopted.
  std::vector<ContractRecord> Changed() const;
};

// A message type and what keeps it alive.
struct MessageType {
  std::shared_ptr<const DescriptorSet> types;
  const google::protobuf::Descriptor* descriptor = nullptr;  // nullptr: unknown
};

// All contracts that this replica knows: flows compiled in, those that workers brought, and those that the store kept.
// Thread-safe; calls parse at most 1 MiB and otherwise do not block beyond a short lock.
class ContractCatalog {
 public:
  ContractCatalog() = default;

  // A flow whose messages are linked into this program; at start. Descriptors are those of the generated pool. A flow
  // of the same name is replaced.
  absl::Status AddBuiltin(const std::string& flow, const google::protobuf::Descriptor& input,
                          const google::protobuf::Descriptor& output) ABSL_LOCKS_EXCLUDED(mutex_);

  // What the store has; at start after the builtin flows, and whenever another replica stored something. A record that
  // does not fit what stands is logged and left out. INVALID_ARGUMENT if its descriptors do not build.
  absl::Status Load(const std::vector<ContractRecord>& records) ABSL_LOCKS_EXCLUDED(mutex_);

  // Judges a hello; changes nothing. INVALID_ARGUMENT with violations (ReadHello, MakeContract, DescriptorSet::Parse);
  // FAILED_PRECONDITION CONTRACT_INCOMPATIBLE (Succeed). A hello without descriptors may name types compiled in.
  absl::StatusOr<HelloContracts> CheckHello(const v1::Hello& hello) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Makes a judged hello's contracts the current ones: all or, when another hello came between and they do not fit any
  // more, none (FAILED_PRECONDITION). RESOURCE_EXHAUSTED beyond kMaxContracts.
  absl::Status Adopt(const HelloContracts& contracts) ABSL_LOCKS_EXCLUDED(mutex_);

  // Checks a client's input; unset stands for the input type's default. NOT_FOUND FLOW_UNKNOWN; INVALID_ARGUMENT
  // PAYLOAD_TOO_LARGE, or with violations under `input`: another type, does not parse, breaks field rules.
  absl::StatusOr<CanonicalInput> CheckInput(const std::string& flow, const google::protobuf::Any& input) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Checks a worker's or caller's output of a task type: its message type and that it parses. NOT_FOUND TYPE_UNKNOWN;
  // INVALID_ARGUMENT as above, under `output`.
  absl::Status CheckOutput(const std::string& type, const google::protobuf::Any& output) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // nullptr if the type is unknown.
  ContractPtr Find(const std::string& type) const ABSL_LOCKS_EXCLUDED(mutex_);

  // All contracts by name.
  std::vector<ContractPtr> List() const ABSL_LOCKS_EXCLUDED(mutex_);

  // For printing: the message type as a current contract has it, else as it is compiled in.
  MessageType FindMessage(const std::string& full_name) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::StatusOr<std::shared_ptr<const DescriptorSet>> TypesOf(const std::string& descriptors) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status FlowUnknown(const std::string& flow) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Sets of descriptors seen last: many workers of one program bring the same.
  static constexpr std::size_t kRecentSets = 16;

  mutable base::Mutex mutex_;
  std::map<std::string, ContractPtr> contracts_ ABSL_GUARDED_BY(mutex_);
  mutable LruMap<std::shared_ptr<const DescriptorSet>> recent_ ABSL_GUARDED_BY(mutex_){kRecentSets};  // by SHA-256
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_CONTRACT_CATALOG_H_
