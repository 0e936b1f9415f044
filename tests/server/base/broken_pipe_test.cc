#include "server/base/broken_pipe.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

namespace flowmesh::base {
namespace {

class BrokenPipeTest : public ::testing::Test {
 protected:
  BrokenPipeTest() {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    writer_ = ends[1];
  }
  ~BrokenPipeTest() override { close(writer_); }

  int WriteError() const { return write(writer_, "x", 1) == -1 ? errno : 0; }

  int writer_ = -1;
};

TEST_F(BrokenPipeTest, AWriteToNobodyIsAnErrorAndTheProcessLives) {
  {
    const BrokenPipeIsAnError guard;
    EXPECT_EQ(WriteError(), EPIPE);
  }
  sigset_t pending;
  sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
}

TEST_F(BrokenPipeTest, GuardsNest) {
  const BrokenPipeIsAnError outer;
  {
    const BrokenPipeIsAnError inner;
    EXPECT_EQ(WriteError(), EPIPE);
  }
  EXPECT_EQ(WriteError(), EPIPE);
}

TEST_F(BrokenPipeTest, OutsideOfAGuardTheSignalDoesWhatItDid) {
  { const BrokenPipeIsAnError guard; }
  EXPECT_EXIT(
      {
        signal(SIGPIPE, SIG_DFL);
        WriteError();
      },
      ::testing::KilledBySignal(SIGPIPE), "");
}

}  // namespace
}  // namespace flowmesh::base
