#ifndef FLOWMESH_SERVER_CLI_OUTPUT_FOLD_H_
#define FLOWMESH_SERVER_CLI_OUTPUT_FOLD_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "flowmesh/v1/log_stream.pb.h"

namespace flowmesh::cli {

// Names an output stream of an execution: the task, and the stream's name in it.
using OutputName = std::pair<int32_t, std::string>;

// Folds output chunks as OutputChunk in log_stream.proto says: folded, every byte stands there once, whatever was
// retried. Not thread-safe.
class OutputFold {
 public:
  // One stream so far.
  struct Stream {
    std::string content;
    bool binary = false;  // it came as bytes, not as text
  };

  // Applies the chunks of all streams in seq order. Answers with the stream after the chunk.
  // Errors: DATA_LOSS when the chunk starts beyond the end, so that something before it is missing; nothing changes
  // then.
  absl::StatusOr<const Stream*> Apply(int32_t task, const v1::OutputChunk& chunk);

  // Null when the stream has no chunk yet. Valid until the fold changes.
  const Stream* Find(const OutputName& name) const;

  const std::map<OutputName, Stream>& streams() const { return streams_; }

 private:
  std::map<OutputName, Stream> streams_;
};

// What to write where nothing written can be taken back, so that a reader sees the folded text once: a chunk that
// repeats what was shown shows nothing, and text that came out differently is announced. Not thread-safe.
class OutputReveal {
 public:
  // The stream has changed at `offset` and is now `content`. Answers with what must be written now.
  std::string Update(std::string_view content, size_t offset);

  // No more changes come. Answers with what must be written: a note, if the content ended before what was shown.
  std::string Finish(std::string_view content) const;

 private:
  std::string shown_;
  size_t agreed_ = 0;  // shown_ and the content are equal up to here
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_OUTPUT_FOLD_H_
