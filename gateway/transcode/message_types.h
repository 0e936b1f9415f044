#ifndef FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_TYPES_H_
#define FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_TYPES_H_

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "gateway/transcode/type_resolver.h"

namespace google::protobuf {
class FileDescriptorSet;
}  // namespace google::protobuf

namespace flowmesh::transcode {

// The message types known to this process: those compiled in, and those that workers brought as descriptors.
// A compiled-in type wins over a brought one of the same name, a set added later over one added earlier. Sets do not
// see each other, so two workers may bring different versions of a file. Nothing is ever removed; who needs to forget
// makes a new MessageTypes and swaps it in. Thread-safe.
class MessageTypes : public TypeResolver {
 public:
  static constexpr size_t kMaxSets = 1'024;
  static constexpr int kMaxFilesInSet = 2'000;
  static constexpr size_t kMaxBytes = size_t{64} << 20;  // of all sets, as they travel

  MessageTypes();
  ~MessageTypes() override;
  MessageTypes(const MessageTypes&) = delete;
  MessageTypes& operator=(const MessageTypes&) = delete;

  // Adds all messages of the set. Imports that it lacks are taken from the compiled-in files, and
  // google/protobuf/*.proto always are. A set equal to one that is there already changes nothing. Errors:
  // INVALID_ARGUMENT when the files do not build or are too many (the message says why) or redefine a type of
  // google.protobuf; RESOURCE_EXHAUSTED when a limit is reached.
  absl::Status Add(const google::protobuf::FileDescriptorSet& files);

  const google::protobuf::Descriptor* FindMessage(const std::string& full_name) const override;
  std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& type) const override;

 private:
  class BroughtTypes;

  // Asking a pool for an unknown name makes it remember that name for ever, so names are looked up here first.
  std::unordered_set<std::string> compiled_messages_;
  std::unordered_set<std::string> compiled_files_;
  mutable absl::Mutex mutex_;
  std::vector<std::unique_ptr<const BroughtTypes>> brought_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> seen_ ABSL_GUARDED_BY(mutex_);  // the sets, serialised
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The compiled-in types alone, for callers that know no others.
const TypeResolver& CompiledTypes();

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_MESSAGE_TYPES_H_
