#include "gateway/http/flow_catalog.h"

#include <google/protobuf/descriptor.pb.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "absl/time/clock.h"
#include "flowmesh/v1/orchestrator.pb.h"

namespace flowmesh::gateway {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(5);

}  // namespace

std::shared_ptr<const FlowCatalog::Flows> FlowCatalog::flows() const {
  base::MutexLock lock(mutex_);
  return flows_;
}

bool FlowCatalog::TakeTurn() {
  base::MutexLock lock(mutex_);
  const absl::Time now = absl::Now();
  if (now - asked_ < kPause) return false;
  asked_ = now;
  return true;
}

std::shared_ptr<UpstreamCall> FlowCatalog::Refresh(Upstream* upstream, const std::string& authorization,
                                                   std::function<void()> done) {
  CallRequest request;
  request.method = "/flowmesh.v1.Orchestrator/ListFlows";
  request.timeout = kTimeout;
  if (!authorization.empty()) request.metadata.emplace_back("authorization", authorization);
  return upstream->Call(std::move(request), [this, done = std::move(done)](const UnaryAnswer& answer) {
    if (answer.status.code == 0) Take(answer.message);
    done();
  });
}

void FlowCatalog::Take(const std::string& response) {
  {
    base::MutexLock lock(mutex_);
    if (response == last_) return;
  }
  v1::ListFlowsResponse list;
  if (!list.ParseFromString(response)) return;
  auto flows = std::make_shared<Flows>();
  for (const v1::Flow& flow : list.flows()) {
    google::protobuf::FileDescriptorSet files;
    if (!files.ParseFromString(flow.descriptors())) continue;
    const absl::Status added = flows->types.Add(files);
    if (!added.ok()) spdlog::warn("the types of flow {} cannot be used here: {}", flow.name(), added.ToString());
    flows->input_types[flow.name()] = flow.input_type();
  }
  base::MutexLock lock(mutex_);
  flows_ = std::move(flows);
  last_ = response;
}

}  // namespace flowmesh::gateway
