#ifndef FLOWMESH_TESTS_WORKERS_SDK_DURABLE_FLOW_TEST_H_
#define FLOWMESH_TESTS_WORKERS_SDK_DURABLE_FLOW_TEST_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"
#include "tests/workers/sdk/served_functions.h"
#include "tests/workers/sdk/text_calls.h"

namespace flowmesh::sdk {

// A worker that serves one flow, `flow`, and the orchestrator's side of its stream, played by the test.
class DurableFlowTest : public ::testing::Test {
 protected:
  template <typename Code>
  void Attach(Code code, absl::Duration park_after = absl::InfiniteDuration()) {
    WorkerOptions options = OptionsFor(server_);
    options.park_after = park_after;
    worker_ = std::make_unique<Worker>(options);
    worker_->ServeFlow("flow", std::move(code));
    EXPECT_OK(worker_->Start());
    stream_ = server_.AcceptWorker();
  }

  // Breaks the stream and reads the next hello.
  v1::Hello Reconnect() {
    stream_->Cut();
    stream_ = server_.Accept();
    return stream_->Next().hello();
  }

  // Reads the next entry, acknowledges it and expects a call.
  v1::Call NextCall() {
    const v1::WorkerEntry entry = stream_->Next();
    EXPECT_TRUE(entry.has_call()) << entry.ShortDebugString();
    stream_->Ack(id_, entry.number());
    return entry.call();
  }
  v1::WorkerEntry NextAcked() {
    v1::WorkerEntry entry = stream_->Next();
    stream_->Ack(id_, entry.number());
    return entry;
  }
  static std::string TextIn(const google::protobuf::Any& packed) {
    Text text;
    EXPECT_TRUE(packed.UnpackTo(&text));
    return text.value();
  }
  static v1::Records::Record Echo(int number, const std::string& key, const std::string& text) {
    return testing::RecordOf(number, key, v1::Task::CALL, "echo", TextOf(text));
  }

  const v1::AttemptId id_ = AttemptOf(1);
  FakeOrchestrator server_;
  std::unique_ptr<Worker> worker_;
  std::shared_ptr<FakeAttach> stream_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_TESTS_WORKERS_SDK_DURABLE_FLOW_TEST_H_
