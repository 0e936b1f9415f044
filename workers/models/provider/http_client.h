#ifndef FLOWMESH_WORKERS_MODELS_PROVIDER_HTTP_CLIENT_H_
#define FLOWMESH_WORKERS_MODELS_PROVIDER_HTTP_CLIENT_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/base/mutex.h"
#include "workers/models/provider/cancellation.h"

namespace flowmesh::models {

struct HttpOptions {
  std::string who;  // names the peer in errors: provider/model

  absl::Duration connect_timeout = absl::Seconds(10);     // name lookup, TCP and TLS
  absl::Duration first_byte_timeout = absl::Seconds(60);  // from the start to the head of the answer
  absl::Duration idle_timeout = absl::Seconds(30);        // between two reads of the answer
  absl::Duration total_timeout = absl::Minutes(10);

  size_t max_request_bytes = 4 << 20;
  size_t max_head_bytes = 64 << 10;
  size_t max_answer_bytes = 32 << 20;  // on the wire, without the head
  size_t max_idle_connections = 8;     // kept for the next calls; more are closed

  std::string ca_file;  // PEM certificates to trust instead of the system's; empty = the system's
};

struct HttpPost {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpHead {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; of a repeated one the last value
};

// Takes an answer apart while it comes. Called on the thread that called Post, which it may block; that time counts for
// total_timeout only. Anything but OK ends the call with that status.
class HttpReader {
 public:
  virtual ~HttpReader() = default;

  // Once, before the body. Informational heads (1xx) are left out.
  virtual absl::Status OnHead(const HttpHead& head) = 0;

  // Bytes as they arrive, cut anywhere.
  virtual absl::Status OnBody(absl::string_view bytes) = 0;

  // Whether the rest of the answer does not matter: Post then returns OK soon, whatever the peer does.
  virtual bool Complete() const = 0;
};

// Posts to one provider and reads the answer as a stream. Connections stay open for later calls. Redirects are not
// followed, certificates and their names are always checked, compression is not asked for (it would delay events), a
// proxy is taken from the environment (https_proxy, http_proxy, no_proxy). Thread-safe.
class HttpClient {
 public:
  // PROVIDER_UNAVAILABLE: the machine has no means for it.
  static absl::StatusOr<std::unique_ptr<HttpClient>> Open(HttpOptions options);

  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Blocks until the answer has ended, whatever its status is. Otherwise the reader's status; CANCELLED within 200 ms;
  // PROVIDER_TIMEOUT; PROVIDER_UNAVAILABLE before the head; CUT_STREAM after it; PROVIDER_MISCONFIGURED for
  // certificates that are not trusted and for what is not HTTP; ANSWER_TOO_LARGE; CONTEXT_TOO_LONG for a body over
  // max_request_bytes; REQUEST_REFUSED for headers that hold control characters. No status holds a header of ours.
  absl::Status Post(const HttpPost& post, HttpReader& reader, const Cancellation& cancellation)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Lane;      // one connection's worth of libcurl
  class Transfer;  // one call

  explicit HttpClient(HttpOptions options);

  std::unique_ptr<Lane> TakeLane() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReturnLane(std::unique_ptr<Lane> lane) ABSL_LOCKS_EXCLUDED(mutex_);

  const HttpOptions options_;
  base::Mutex mutex_;
  std::vector<std::unique_ptr<Lane>> idle_ ABSL_GUARDED_BY(mutex_);  // the last one was used last
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_WORKERS_MODELS_PROVIDER_HTTP_CLIENT_H_
