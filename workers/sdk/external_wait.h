#ifndef FLOWMESH_WORKERS_SDK_EXTERNAL_WAIT_H_
#define FLOWMESH_WORKERS_SDK_EXTERNAL_WAIT_H_

#include <coroutine>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "workers/sdk/durable_call.h"
#include "workers/sdk/external_outcome.h"
#include "workers/sdk/local_step.h"
#include "workers/sdk/proto_duration.h"

namespace flowmesh::sdk {

// The wait behind an ExternalWait; it is open before anybody awaits it.
class OpenExternal : public CallWait {
 public:
  OpenExternal(const Place& place, const std::string& key, v1::ExternalCall external);

  // Suspends `waiter` until the outcome is here.
  bool AwaitOutcome(std::coroutine_handle<> waiter, Join* join);
  template <typename T>
  T Outcome() {
    return TakeOutputAs<T>();
  }
};

// An outcome that somebody outside gives with Orchestrator.CompleteTask. Hand the token to a call or a step; then await
// the outcome, once: `const Approval approval = co_await external;`
template <typename T>
class [[nodiscard]] ExternalWait {
 public:
  using Result = T;

  ExternalWait(std::string token, std::unique_ptr<OpenExternal> wait)
      : token_(std::move(token)), wait_(std::move(wait)) {}

  const std::string& token() const { return token_; }

  void Bind(const Place& /*place*/) {}
  void BindAs(const Place& /*place*/, const std::string& /*name*/) {}
  bool await_ready() const noexcept { return false; }
  template <typename Promise>
  bool await_suspend(std::coroutine_handle<Promise> waiter) {
    return wait_->AwaitOutcome(waiter, waiter.promise().place().join);
  }
  T await_resume() { return wait_->template Outcome<T>(); }

 private:
  std::string token_;
  std::unique_ptr<OpenExternal> wait_;
};

// What FlowContext::External gives: `ExternalWait<Approval> external = co_await flow.External<Approval>();`. The token
// is random and must be the same whenever the flow runs again, so it is a recorded step of its own
// (`external#n/token`).
template <typename T>
class [[nodiscard]] ExternalOpening : public StepWait {
 public:
  using Result = ExternalWait<T>;

  ExternalOpening()
      : StepWait("external", [](StepContext&) -> absl::StatusOr<google::protobuf::Any> {
          return PackStepValue(NewExternalToken());
        }) {}

  // It fails with reason TIMEOUT after this long; otherwise it waits for ever.
  ExternalOpening Timeout(absl::Duration timeout) && {
    *external_.mutable_timeout() = ToProtoDuration(timeout);
    return std::move(*this);
  }
  // Names it; otherwise it is `external#n`.
  ExternalOpening Key(std::string key) && {
    SetName(std::move(key));
    return std::move(*this);
  }

  void Bind(const Place& place) {
    StepWait::Bind(place);
    AddressToken();
  }
  void BindAs(const Place& place, const std::string& name) {
    StepWait::BindAs(place, name);
    AddressToken();
  }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> waiter) {
    if (!bound()) Bind(waiter.promise().place());
    Begin(waiter);
  }
  ExternalWait<T> await_resume() {
    const google::protobuf::Any output = TakeOutput();
    std::string token;
    if (!UnpackStepValue(output, &token)) ThrowOutputDoesNotParse(output, "a token");
    external_.set_token(token);
    external_.set_output_type(T::descriptor()->full_name());
    auto wait = std::make_unique<OpenExternal>(place(), call_key_, std::move(external_));
    return ExternalWait<T>(std::move(token), std::move(wait));
  }

 private:
  void AddressToken() {
    call_key_ = key();
    SetKey(call_key_ + "/token");
  }

  v1::ExternalCall external_;
  std::string call_key_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_EXTERNAL_WAIT_H_
