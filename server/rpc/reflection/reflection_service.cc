#include "server/rpc/reflection/reflection_service.h"

#include <utility>

namespace flowmesh::rpc {
namespace {

using Request = ReflectionAnswers::Request;
using Response = ReflectionAnswers::Response;
using Reactor = grpc::ServerBidiReactor<Request, Response>;

std::vector<std::string> WithReflection(std::vector<std::string> services) {
  services.emplace_back(grpc::reflection::v1::ServerReflection::service_full_name());
  return services;
}

// One stream: read, write, read, ... One operation is open at a time, so its reactions never meet and need no lock.
class Stream final : public Reactor {
 public:
  explicit Stream(const ReflectionAnswers& answers) : answers_(answers) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_ = answers_.Answer(request_, sent_);
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the client went away"));
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  const ReflectionAnswers& answers_;
  ReflectionAnswers::Sent sent_;
  Request request_;
  Response response_;
};

}  // namespace

// The old name of the same method, registered as generated code registers methods. It has no descriptor, so it is not
// listed.
class ReflectionService::Alpha final : public grpc::Service {
 public:
  explicit Alpha(ReflectionService* service) {
    AddMethod(new grpc::internal::RpcServiceMethod("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                                   grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodCallback(
        0, new grpc::internal::CallbackBidiHandler<Request, Response>(
               [service](grpc::CallbackServerContext* context) { return service->ServerReflectionInfo(context); }));
  }
};

ReflectionService::ReflectionService(std::vector<std::string> services)
    : answers_(WithReflection(std::move(services)), google::protobuf::DescriptorPool::generated_pool()),
      alpha_(std::make_unique<Alpha>(this)) {}

ReflectionService::~ReflectionService() = default;

void ReflectionService::AddTo(grpc::ServerBuilder& builder) {
  builder.RegisterService(this);
  builder.RegisterService(alpha_.get());
}

Reactor* ReflectionService::ServerReflectionInfo(grpc::CallbackServerContext*) { return new Stream(answers_); }

}  // namespace flowmesh::rpc
