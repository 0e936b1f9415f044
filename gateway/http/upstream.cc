#include "gateway/http/upstream.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <utility>

#include "server/base/mutex.h"

namespace flowmesh::gateway {
namespace {

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToText(const grpc::ByteBuffer& buffer) {
  std::string text;
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return text;
  text.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return text;
}

transcode::HeaderList ToHeaders(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  transcode::HeaderList headers;
  for (const auto& [name, value] : metadata) {
    headers.emplace_back(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  return headers;
}

CallStatus ToCallStatus(const grpc::Status& status) {
  return {static_cast<int>(status.error_code()), status.error_message(), status.error_details()};
}

void Prepare(const CallRequest& request, grpc::ClientContext* context) {
  for (const auto& [name, value] : request.metadata) context->AddMetadata(name, value);
  if (request.timeout.has_value()) context->set_deadline(absl::ToChronoTime(absl::Now() + *request.timeout));
}

// How many calls there are.
class CallCount {
 public:
  void Add(int calls) ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    count_ += calls;
    if (count_ == 0) changed_.NotifyAll();
  }
  void AwaitNone() ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    while (count_ > 0) changed_.Wait(lock);
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One of them; the first member of a call, so that it goes last.
class Counted {
 public:
  explicit Counted(std::shared_ptr<CallCount> count) : count_(std::move(count)) { count_->Add(1); }
  ~Counted() { count_->Add(-1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  const std::shared_ptr<CallCount> count_;
};

class Unary : public UpstreamCall {
 public:
  Unary(std::shared_ptr<CallCount> count, CallRequest request)
      : counted(std::move(count)), method(std::move(request.method)), message(ToBuffer(request.message)) {
    Prepare(request, &context);
  }
  void Cancel() override { context.TryCancel(); }

  const Counted counted;
  const std::string method;
  grpc::ClientContext context;
  grpc::ByteBuffer message;
  grpc::ByteBuffer answer;
};

class Stream : public UpstreamStream,
               public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
               public std::enable_shared_from_this<Stream> {
 public:
  Stream(std::shared_ptr<CallCount> count, CallRequest request, StreamCallbacks callbacks)
      : counted_(std::move(count)),
        method_(std::move(request.method)),
        message_(ToBuffer(request.message)),
        callbacks_(std::move(callbacks)) {
    Prepare(request, &context_);
  }

  void Start(grpc::GenericStub* stub) ABSL_LOCKS_EXCLUDED(mutex_) {
    self_ = shared_from_this();
    stub->PrepareBidiStreamingCall(&context_, method_, {}, this);
    AddHold();  // reads are asked for from outside
    StartWriteLast(&message_, {});
    {
      base::MutexLock lock(mutex_);
      reading_ = true;
      StartRead(&incoming_);
    }
    StartCall();
  }

  void Read() override ABSL_LOCKS_EXCLUDED(mutex_) {
    base::MutexLock lock(mutex_);
    if (!held_ || reading_ || cancelled_) return;
    reading_ = true;
    StartRead(&incoming_);
  }

  void Cancel() override ABSL_LOCKS_EXCLUDED(mutex_) {
    context_.TryCancel();
    base::MutexLock lock(mutex_);
    cancelled_ = true;
    if (!reading_) LetGo();
  }

  void OnReadInitialMetadataDone(bool ok) override {
    if (ok && callbacks_.accepted) callbacks_.accepted(ToHeaders(context_.GetServerInitialMetadata()));
  }

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    std::string message;
    {
      base::MutexLock lock(mutex_);
      reading_ = false;
      // A message may overtake the cancellation, and nobody would ask for another.
      if (!ok || cancelled_) return LetGo();
      message = ToText(incoming_);
      incoming_.Clear();
    }
    callbacks_.message(std::move(message));
  }

  void OnDone(const grpc::Status& status) override {
    const std::shared_ptr<Stream> self = std::move(self_);
    callbacks_.end(ToCallStatus(status));
    callbacks_ = {};
  }

 private:
  void LetGo() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (std::exchange(held_, false)) RemoveHold();
  }

  const Counted counted_;
  const std::string method_;
  grpc::ClientContext context_;
  const grpc::ByteBuffer message_;
  StreamCallbacks callbacks_;
  std::shared_ptr<Stream> self_;  // until OnDone
  base::Mutex mutex_;
  grpc::ByteBuffer incoming_ ABSL_GUARDED_BY(mutex_);
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace

struct Upstream::Stub {
  explicit Stub(std::shared_ptr<grpc::Channel> channel) : generic(std::move(channel)) {}
  grpc::GenericStub generic;
  const std::shared_ptr<CallCount> calls = std::make_shared<CallCount>();
};

Upstream::Upstream(std::shared_ptr<grpc::Channel> channel) : stub_(std::make_unique<Stub>(std::move(channel))) {}

// A call holds its channel until it is gone itself, which is on one of gRPC's threads and after its end was told. The
// last one that lets go of a channel joins those threads (gRPC 1.51, CallbackAlternativeCQ), so it must not be a call.
Upstream::~Upstream() { stub_->calls->AwaitNone(); }

std::shared_ptr<UpstreamCall> Upstream::Call(CallRequest request, std::function<void(UnaryAnswer)> done) {
  auto call = std::make_shared<Unary>(stub_->calls, std::move(request));
  stub_->generic.UnaryCall(&call->context, call->method, {}, &call->message, &call->answer,
                           [call, done = std::move(done)](const grpc::Status& status) {
                             UnaryAnswer answer;
                             answer.status = ToCallStatus(status);
                             answer.initial_metadata = ToHeaders(call->context.GetServerInitialMetadata());
                             if (status.ok()) answer.message = ToText(call->answer);
                             done(std::move(answer));
                           });
  return call;
}

std::shared_ptr<UpstreamStream> Upstream::Open(CallRequest request, StreamCallbacks callbacks) {
  auto stream = std::make_shared<Stream>(stub_->calls, std::move(request), std::move(callbacks));
  stream->Start(&stub_->generic);
  return stream;
}

std::shared_ptr<UpstreamCall> Upstream::CheckHealth(absl::Duration timeout, std::function<void(bool)> done) {
  CallRequest request;
  request.method = "/grpc.health.v1.Health/Check";
  request.timeout = timeout;
  return Call(std::move(request), [done = std::move(done)](const UnaryAnswer& answer) {
    // HealthCheckResponse { ServingStatus status = 1; } with SERVING = 1: the tag and one varint.
    done(answer.status.code == 0 && answer.message == std::string("\x08\x01", 2));
  });
}

}  // namespace flowmesh::gateway
