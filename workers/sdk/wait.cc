#include "workers/sdk/wait.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/sdk/failure.h"
#include "workers/sdk/flow_machine.h"

namespace flowmesh::sdk {

Wait::Wait(v1::Task::Kind kind, std::string label, std::string type)
    : kind_(kind), label_(std::move(label)), type_(std::move(type)) {}

Wait::Wait(Wait&& other) noexcept
    : kind_(other.kind_),
      label_(std::move(other.label_)),
      type_(std::move(other.type_)),
      name_(std::move(other.name_)),
      place_(std::move(other.place_)),
      key_(std::move(other.key_)) {}

Wait::~Wait() {
  if (registered_) place_.machine->Forget(*this);
}

void Wait::Bind(const Place& place) {
  place_ = place;
  key_ = name_.empty() ? place.scope->Next(label_) : place.scope->Named(name_);
}

void Wait::BindAs(const Place& place, const std::string& name) {
  place_ = place;
  key_ = name_.empty() ? name : absl::StrCat(name, "/", name_);
}

void Wait::Begin(std::coroutine_handle<> waiter) {
  waiter_ = waiter;
  place_.machine->Await(*this);
}

google::protobuf::Any Wait::TakeOutput() {
  if (cancelled_) throw FlowFailure("CANCELLED", "the flow was told to stop", /*retryable=*/true);
  if (failure_.has_value()) throw FlowFailure(*failure_);
  return std::move(output_);
}

void Wait::ThrowOutputDoesNotParse(const google::protobuf::Any& output, const std::string& expected) const {
  throw FlowFailure("CONTRACT", absl::StrCat("the outcome of '", key_, "' (", output.value().size(), " bytes of ",
                                             output.type_url(), ") cannot be read as ", expected));
}

}  // namespace flowmesh::sdk
