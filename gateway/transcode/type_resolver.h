#ifndef FLOWMESH_GATEWAY_TRANSCODE_TYPE_RESOLVER_H_
#define FLOWMESH_GATEWAY_TRANSCODE_TYPE_RESOLVER_H_

#include <memory>
#include <string>

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace flowmesh::transcode {

// Finds the types that google.protobuf.Any refers to. Implementations are thread-safe.
class TypeResolver {
 public:
  virtual ~TypeResolver() = default;

  // By full name, without the prefix of a type URL; null when the type is not known. The name may come from a stranger.
  // The descriptor lives as long as the resolver.
  virtual const google::protobuf::Descriptor* FindMessage(const std::string& full_name) const = 0;

  // An empty message of a type that this resolver found. It must not outlive the resolver.
  virtual std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& type) const = 0;
};

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_TYPE_RESOLVER_H_
