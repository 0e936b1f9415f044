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

FlowCatalog::Turn FlowCatalog::Learn(absl::Time missed, Upstream* upstream, const std::string& authorization,
                                     std::function<void(bool)> answered) {
  const absl::Time now = absl::Now();
  {
    base::MutexLock lock(mutex_);
    if (learnt_ >= missed) return {Turn::Kind::kNothingNew};
    if (!asking_ && now < learnt_ + kPause) return {Turn::Kind::kPause, learnt_ + kPause - now};
    waiting_.push_back(std::move(answered));
    if (std::exchange(asking_, true)) return {Turn::Kind::kJoined};
  }
  CallRequest request;
  request.method = "/flowmesh.v1.Orchestrator/ListFlows";
  request.timeout = kTimeout;
  if (!authorization.empty()) request.metadata.emplace_back("authorization", authorization);
  upstream->Call(std::move(request), [this, now](const UnaryAnswer& answer) { Answered(answer, now); });
  return {Turn::Kind::kAsked};
}

void FlowCatalog::Answered(const UnaryAnswer& answer, absl::Time asked) {
  const bool success = answer.status.code == 0 && Take(answer.message);
  std::vector<std::function<void(bool)>> waiting;
  {
    base::MutexLock lock(mutex_);
    asking_ = false;
    if (success) learnt_ = asked;
    waiting.swap(waiting_);
  }
  for (const auto& answered : waiting) answered(success);
}

bool FlowCatalog::Take(const std::string& response) {
  {
    base::MutexLock lock(mutex_);
    if (response == last_) return true;
  }
  v1::ListFlowsResponse list;
  if (!list.ParseFromString(response)) return false;
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
  return true;
}

}  // namespace flowmesh::gateway
