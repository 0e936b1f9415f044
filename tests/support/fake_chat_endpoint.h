#ifndef FLOWMESH_TESTS_SUPPORT_FAKE_CHAT_ENDPOINT_H_
#define FLOWMESH_TESTS_SUPPORT_FAKE_CHAT_ENDPOINT_H_

#include <cstddef>
#include <deque>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/mutex.h"

namespace flowmesh::testing {

struct SeenRequest {
  std::string method;
  std::string path;                            // with its query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // from 1
};

// What an endpoint does with one request, step by step. Shapes: OpenAI API reference, "Create chat completion",
// "Streaming" and "Error codes", platform.openai.com/docs.
class FakeAnswer {
 public:
  // A stream: head 200 text/event-stream, chunked; the caller adds the rest.
  static FakeAnswer Stream();
  // A whole answer.
  static FakeAnswer Whole(int status, const std::string& content_type, const std::string& body,
                          const std::map<std::string, std::string>& headers = {});
  // An error as the reference publishes it.
  static FakeAnswer Error(int status, const std::string& type, const std::string& code, const std::string& message,
                          const std::map<std::string, std::string>& headers = {});
  // A poem, a letter, ...: role chunk, one chunk for each text, stop, usage 12/34, [DONE].
  static FakeAnswer Text(const std::vector<std::string>& deltas);
  // No byte until the caller hangs up.
  static FakeAnswer Silence();

  // Bytes as they are, each in a write of its own.
  FakeAnswer& Raw(std::string bytes);
  // One chunk of the chunked body.
  FakeAnswer& Bytes(const std::string& bytes);
  // data: <json>, blank line
  FakeAnswer& Event(const std::string& data) { return Bytes("data: " + data + "\n\n"); }
  FakeAnswer& Role();
  FakeAnswer& Delta(const std::string& text);
  FakeAnswer& Finish(const std::string& reason);
  FakeAnswer& Usage(int input, int output);
  FakeAnswer& Done();         // [DONE] and the end of the body
  FakeAnswer& Gate();         // waits for FakeChatEndpoint::Open
  FakeAnswer& UntilHangUp();  // waits until the caller has closed
  FakeAnswer& HangUp();       // closes

 private:
  friend class FakeChatEndpoint;
  enum class Do { kWrite, kGate, kUntilHangUp, kHangUp };
  std::vector<std::pair<Do, std::string>> steps_;
};

// {"model":"fake-1-2024","choices":[{"index":0,"delta":<delta>,"finish_reason":<reason>}], ...}
std::string ChatChunk(const std::string& delta, const std::string& finish_reason = "null");

// An HTTP/1.1 server on a loopback port of its own that answers requests by script. A request without a script gets
// 500. Thread-safe.
class FakeChatEndpoint {
 public:
  FakeChatEndpoint();
  // Closes all connections.
  ~FakeChatEndpoint();
  FakeChatEndpoint(const FakeChatEndpoint&) = delete;
  FakeChatEndpoint& operator=(const FakeChatEndpoint&) = delete;

  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

  // The answer to the next request that has none yet.
  void Answer(FakeAnswer answer) ABSL_LOCKS_EXCLUDED(mutex_);
  // Lets one Gate pass, now or when it comes.
  void Open() ABSL_LOCKS_EXCLUDED(mutex_);

  // Blocks until `count` requests came; the last of them.
  SeenRequest WaitForRequest(size_t count = 1) ABSL_LOCKS_EXCLUDED(mutex_);
  // Blocks until a caller has closed its connection during UntilHangUp.
  void WaitForHangUp() ABSL_LOCKS_EXCLUDED(mutex_);
  size_t requests() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Accept();
  void Serve(int socket, int connection);
  bool ReadRequest(int socket, std::string& buffer, SeenRequest& request);
  bool Perform(int socket, const FakeAnswer& answer) ABSL_LOCKS_EXCLUDED(mutex_);
  FakeAnswer NextAnswer(SeenRequest request) ABSL_LOCKS_EXCLUDED(mutex_);

  int listener_ = -1;
  int port_ = 0;
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::deque<FakeAnswer> answers_ ABSL_GUARDED_BY(mutex_);
  std::vector<SeenRequest> seen_ ABSL_GUARDED_BY(mutex_);
  std::list<std::thread> threads_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> sockets_ ABSL_GUARDED_BY(mutex_);  // closed by the destructor alone, so that no number is reused
  int open_gates_ ABSL_GUARDED_BY(mutex_) = 0;
  int hang_ups_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread acceptor_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_FAKE_CHAT_ENDPOINT_H_
