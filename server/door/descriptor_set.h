#ifndef FLOWMESH_SERVER_DOOR_DESCRIPTOR_SET_H_
#define FLOWMESH_SERVER_DOOR_DESCRIPTOR_SET_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/door/field_rules.h"

namespace flowmesh::door {

// Most bytes of a google.protobuf.FileDescriptorSet that a worker may bring.
inline constexpr std::size_t kMaxDescriptorBytes = 1 << 20;

// Most messages in one, nested ones included: bounds the recursion of everything that walks types.
inline constexpr std::size_t kMaxDescriptorMessages = 4000;

// Message types that can be parsed, checked and printed: either those compiled into this program or what somebody
// brought as a FileDescriptorSet. Immutable; thread-safe; messages made by it must not outlive it.
class DescriptorSet {
 public:
  // What is compiled in. Lives for ever.
  static std::shared_ptr<const DescriptorSet> Generated();

  // Builds types from a serialised FileDescriptorSet, in any order of files; imports that it lacks are taken from what
  // is compiled in. INVALID_ARGUMENT, reason DESCRIPTORS_INVALID, says what is wrong.
  static absl::StatusOr<std::shared_ptr<const DescriptorSet>> Parse(const std::string& bytes);

  // nullptr if there is no such message.
  const google::protobuf::Descriptor* Find(const std::string& full_name) const;

  // An empty message of a type of this set.
  std::unique_ptr<google::protobuf::Message> New(const google::protobuf::Descriptor& type) const;

  // The rules of this set's types.
  RuleBook& rules() const { return *rules_; }

 private:
  DescriptorSet();

  std::unique_ptr<google::protobuf::DescriptorPool> own_pool_;  // nullptr: the generated one
  const google::protobuf::DescriptorPool* pool_;
  std::unique_ptr<google::protobuf::MessageFactory> own_factory_;  // after the pool: it goes first
  google::protobuf::MessageFactory* factory_;
  std::unique_ptr<RuleBook> rules_;
};

// A serialised FileDescriptorSet of the files that declare both types and of all their imports, imports first. The same
// types give the same bytes, whoever brought them; comments are left out.
std::string ClosureOf(const google::protobuf::Descriptor& a, const google::protobuf::Descriptor& b);

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_DESCRIPTOR_SET_H_
