#ifndef FLOWMESH_SERVER_BASE_BROKEN_PIPE_H_
#define FLOWMESH_SERVER_BASE_BROKEN_PIPE_H_

#include <csignal>

namespace flowmesh::base {

// While it lives, writing to a connection that its peer closed is an error (EPIPE) on this thread and not the end of
// the process by SIGPIPE. For libraries that write to sockets without MSG_NOSIGNAL, as OpenSSL and so libcurl over TLS
// do. Leaves the process's handling of the signal alone. To be destroyed on the thread that made it; may be nested.
class BrokenPipeIsAnError {
 public:
  BrokenPipeIsAnError();
  ~BrokenPipeIsAnError();
  BrokenPipeIsAnError(const BrokenPipeIsAnError&) = delete;
  BrokenPipeIsAnError& operator=(const BrokenPipeIsAnError&) = delete;

 private:
  sigset_t before_;
  bool pending_before_;  // such a signal is somebody else's
};

}  // namespace flowmesh::base

#endif  // FLOWMESH_SERVER_BASE_BROKEN_PIPE_H_
