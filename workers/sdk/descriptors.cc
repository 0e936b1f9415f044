#include "workers/sdk/descriptors.h"

#include <algorithm>
#include <set>

#include "google/protobuf/descriptor.pb.h"

namespace flowmesh::sdk {
namespace {

void AddWithImports(const google::protobuf::FileDescriptor* file, std::set<std::string>& known,
                    google::protobuf::FileDescriptorSet& out) {
  if (!known.insert(file->name()).second) return;
  for (int i = 0; i < file->dependency_count(); ++i) AddWithImports(file->dependency(i), known, out);
  file->CopyTo(out.add_file());
}

}  // namespace

std::string DescriptorSetOf(std::vector<const google::protobuf::Descriptor*> messages) {
  std::sort(messages.begin(), messages.end(),
            [](const auto* a, const auto* b) { return a->full_name() < b->full_name(); });
  google::protobuf::FileDescriptorSet out;
  std::set<std::string> known;
  for (const google::protobuf::Descriptor* message : messages) AddWithImports(message->file(), known, out);
  return out.SerializeAsString();
}

}  // namespace flowmesh::sdk
