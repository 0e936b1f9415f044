#include "server/base/broken_pipe.h"

#include <pthread.h>

#include <ctime>

namespace flowmesh::base {
namespace {

sigset_t OnlySigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  return signals;
}

bool SigpipePending() {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

}  // namespace

BrokenPipeIsAnError::BrokenPipeIsAnError() : pending_before_(SigpipePending()) {
  const sigset_t signals = OnlySigpipe();
  pthread_sigmask(SIG_BLOCK, &signals, &before_);
}

BrokenPipeIsAnError::~BrokenPipeIsAnError() {
  if (!pending_before_ && SigpipePending()) {
    const sigset_t signals = OnlySigpipe();
    const timespec at_once = {};
    sigtimedwait(&signals, nullptr, &at_once);
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace flowmesh::base
