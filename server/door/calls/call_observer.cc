#include "server/door/calls/call_observer.h"

#include <google/protobuf/descriptor.h>
#include <spdlog/spdlog.h>

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "flowmesh/accounts/v1/accounts.pb.h"
#include "flowmesh/blueprint/v1/blueprints.pb.h"
#include "flowmesh/quiz/v1/quizzes.pb.h"
#include "flowmesh/v1/artifact.pb.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "flowmesh/v1/orchestrator.pb.h"
#include "flowmesh/v1/worker.pb.h"
#include "server/base/trace_context.h"
#include "server/door/status.h"

namespace flowmesh::door {
namespace {

constexpr size_t kMaxRequestId = 256;  // characters that a log line repeats

const prometheus::Histogram::BucketBoundaries& Seconds() {
  static const auto* const kBounds = new prometheus::Histogram::BucketBoundaries{
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
  return *kBounds;
}

std::string CodeName(grpc::StatusCode code) {
  return code == grpc::StatusCode::OK ? "OK" : absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

// The value that came under the name, if it came once.
std::string Metadatum(const grpc::ServerContextBase& context, const char* name) {
  const auto [first, last] = context.client_metadata().equal_range(name);
  if (first == last || std::next(first) != last) return "";
  return std::string(first->second.data(), first->second.size());
}

}  // namespace

CallObserver::CallObserver(prometheus::Registry& families, bool access_log)
    : requests_(prometheus::BuildCounter()
                    .Name("flowmesh_grpc_requests_total")
                    .Help("Calls that have ended, streams among them.")
                    .Register(families)),
      access_log_(access_log) {
  auto& open =
      prometheus::BuildGauge().Name("flowmesh_grpc_calls_open").Help("Calls that have not ended.").Register(families);
  auto& duration = prometheus::BuildHistogram()
                       .Name("flowmesh_grpc_request_duration_seconds")
                       .Help("From the arrival of a unary call to its answer.")
                       .Register(families);
  const google::protobuf::FileDescriptor* const files[] = {v1::CreateExecutionRequest::descriptor()->file(),
                                                           v1::TailRequest::descriptor()->file(),
                                                           v1::WorkerFrame::descriptor()->file(),
                                                           v1::Artifact::descriptor()->file(),
                                                           accounts::v1::User::descriptor()->file(),
                                                           blueprint::v1::Blueprint::descriptor()->file(),
                                                           quiz::v1::QuizTask::descriptor()->file()};
  for (const google::protobuf::FileDescriptor* file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) {
        const google::protobuf::MethodDescriptor& described = *file->service(i)->method(j);
        auto method = std::make_unique<Method>();
        method->label = absl::StrCat(described.service()->name(), "/", described.name());
        method->open = &open.Add({{"method", method->label}});
        const bool streams = described.client_streaming() || described.server_streaming();
        if (!streams) method->duration = &duration.Add({{"method", method->label}}, Seconds());
        methods_[described.name()] = std::move(method);
      }
    }
  }
}

CallObserver::Method* CallObserver::Find(absl::string_view name) const {
  const auto found = methods_.find(std::string_view(name.data(), name.size()));
  return found == methods_.end() ? nullptr : found->second.get();
}

void CallObserver::Count(Method& method, grpc::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  const size_t place = number < kCodes ? number : static_cast<size_t>(grpc::StatusCode::UNKNOWN);
  prometheus::Counter* counter = method.ended[place].load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &requests_.Add({{"method", method.label}, {"code", CodeName(static_cast<grpc::StatusCode>(place))}});
    method.ended[place].store(counter, std::memory_order_release);
  }
  counter->Increment();
}

CallRecord::CallRecord(CallObserver* observer, absl::string_view method, const grpc::ServerContextBase* context)
    : observer_(observer), method_(observer == nullptr ? nullptr : observer->Find(method)), context_(context) {
  if (method_ != nullptr) method_->open->Increment();
}

CallRecord::~CallRecord() {
  if (!ended_) Count(grpc::StatusCode::CANCELLED);
}

void CallRecord::Count(grpc::StatusCode code) {
  if (method_ == nullptr || std::exchange(ended_, true)) return;
  method_->open->Decrement();
  if (method_->duration != nullptr) {
    method_->duration->Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count());
  }
  observer_->Count(*method_, code);
}

base::LogFields CallRecord::Fields() const {
  return {{"method", method_ == nullptr ? "" : method_->label},
          {"trace_id", base::TraceIdOf(Metadatum(*context_, "traceparent"))},
          {"request_id", Metadatum(*context_, "x-request-id").substr(0, kMaxRequestId)},
          {"execution_id", execution_.is_zero() ? "" : execution_.ToString()}};
}

grpc::Status CallRecord::End(const absl::Status& status) {
  if (status.ok()) return End(grpc::Status::OK);
  if (!IsIncident(status)) return End(ToGrpcStatus(status));
  const base::LogContext context(Fields());
  return End(ToGrpcStatus(status));
}

const grpc::Status& CallRecord::End(const grpc::Status& answer) {
  Count(answer.error_code());
  if (method_ == nullptr || !observer_->access_log_) return answer;
  base::LogFields fields = Fields();
  const auto took = std::chrono::steady_clock::now() - begin_;
  const std::string code = CodeName(answer.error_code());
  fields.emplace_back("code", code);
  fields.emplace_back("duration_ms", absl::StrFormat("%.3f", std::chrono::duration<double, std::milli>(took).count()));
  const base::LogContext context(std::move(fields));
  spdlog::info("{} {}", method_->label, code);
  return answer;
}

}  // namespace flowmesh::door
