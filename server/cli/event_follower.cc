#include "server/cli/event_follower.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/door/status.h"

namespace flowmesh::cli {
namespace {

// A stream that lasted longer was connected, however quiet it was: dialling alone fails sooner.
constexpr absl::Duration kLongestDial = absl::Seconds(10);

// A server that dies in the middle of a stream shows as UNAVAILABLE or, when the cut comes between frames, as UNKNOWN
// or INTERNAL from gRPC itself; those carry no details.
bool IsCut(const grpc::Status& status, bool answered) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return true;
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
      return answered && status.error_details().empty();
    default:
      return false;
  }
}

}  // namespace

EventFollower::EventFollower(Connection* connection, Request request)
    : connection_(connection), request_(std::move(request)), last_seq_(request_.after) {}

absl::Status EventFollower::Run(const std::function<void(const v1::Event&)>& on_event,
                                const std::function<void(const std::string&)>& on_notice) {
  int failures = 0;
  bool ever_answered = false;
  absl::Time give_up = absl::Now() + connection_->options().deadline;
  for (;;) {
    bool answered = false;
    const auto on_answer = [&] {
      if (failures > 0) on_notice("connected again");
      failures = 0;
      answered = ever_answered = true;
    };
    const absl::Time begin = absl::Now();
    const grpc::Status status = ReadOnce(on_event, on_answer);
    if (!IsCut(status, answered)) return door::FromGrpcStatus(status);
    if (answered || absl::Now() - begin > kLongestDial) give_up = absl::Now() + connection_->options().reconnect_for;
    if (++failures == 1) {
      on_notice(absl::StrCat(ever_answered ? "the connection was cut" : "the server does not answer",
                             ", dialling again; the execution goes on meanwhile"));
    }
    const absl::Duration delay = connection_->RetryDelay(failures);
    if (absl::Now() + delay >= give_up) return GiveUp(door::FromGrpcStatus(status));
    absl::SleepFor(delay);
  }
}

grpc::Status EventFollower::ReadOnce(const std::function<void(const v1::Event&)>& on_event,
                                     const std::function<void()>& on_answer) {
  v1::TailRequest request;
  request.set_execution_id(request_.execution_id);
  request.set_after(last_seq_);
  request.set_follow(request_.follow);
  request.mutable_kinds()->Add(request_.kinds.begin(), request_.kinds.end());

  grpc::ClientContext context;
  connection_->Authorize(&context);
  const std::unique_ptr<grpc::ClientReaderInterface<v1::Event>> reader =
      connection_->log_stream().Tail(&context, request);
  reader->WaitForInitialMetadata();
  bool first = true;
  v1::Event event;
  while (reader->Read(&event)) {
    if (std::exchange(first, false)) on_answer();
    if (event.seq() <= last_seq_) continue;
    last_seq_ = event.seq();
    on_event(event);
  }
  return reader->Finish();
}

absl::Status EventFollower::GiveUp(const absl::Status& status) const {
  return absl::UnavailableError(absl::StrCat(std::string(status.message()),
                                             "; nothing is lost: go on reading with `flowmesh logs ",
                                             request_.execution_id, " -f --after ", last_seq_, "`"));
}

}  // namespace flowmesh::cli
