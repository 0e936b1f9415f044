#ifndef FLOWMESH_WORKERS_SDK_DESCRIPTORS_H_
#define FLOWMESH_WORKERS_SDK_DESCRIPTORS_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"

namespace flowmesh::sdk {

// A serialised google.protobuf.FileDescriptorSet with the files of `messages` and everything they import, each once and
// after what it imports. The same messages give the same bytes in any order.
std::string DescriptorSetOf(std::vector<const google::protobuf::Descriptor*> messages);

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_DESCRIPTORS_H_
