#ifndef FLOWMESH_GATEWAY_HTTP_FLOW_LEARNING_H_
#define FLOWMESH_GATEWAY_HTTP_FLOW_LEARNING_H_

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/http/core.h"
#include "gateway/http/wire.h"
#include "gateway/transcode/type_resolver.h"
#include "google/protobuf/message.h"

namespace flowmesh::gateway {

// Remembers whether a type was asked for that is not known.
class AskedTypes : public transcode::TypeResolver {
 public:
  explicit AskedTypes(const transcode::TypeResolver& types) : types_(types) {}
  const google::protobuf::Descriptor* FindMessage(const std::string& full_name) const override {
    const google::protobuf::Descriptor* type = types_.FindMessage(full_name);
    if (type == nullptr) missed_ = true;
    return type;
  }
  std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& type) const override {
    return types_.NewMessage(type);
  }
  bool missed() const { return missed_; }

 private:
  const transcode::TypeResolver& types_;
  mutable bool missed_ = false;
};

// One turn at learning the flows that are there since `missed`; a patient caller waits for its turn. False: there is no
// more to learn.
boost::asio::awaitable<bool> LearnFlows(Core* core, Wire* wire, std::string authorization, absl::Time missed,
                                        bool patient);

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_FLOW_LEARNING_H_
