#ifndef FLOWMESH_WORKERS_SDK_OUTPUT_STREAMS_H_
#define FLOWMESH_WORKERS_SDK_OUTPUT_STREAMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "flowmesh/v1/log_stream.pb.h"

namespace flowmesh::sdk {

// Where the output streams of one attempt end; makes the chunks that continue or replace them. Chunks hold at most 64
// KiB and text chunks begin and end on code-point boundaries: a code point that is begun at the end of one Text() is
// held back until the next completes it, and bytes that belong to none become U+FFFD. Not thread-safe.
class OutputStreams {
 public:
  using Chunks = std::vector<v1::OutputChunk>;

  // `ends`: where the streams ended before this attempt, in bytes.
  explicit OutputStreams(const std::map<std::string, int64_t>& ends);

  Chunks Text(std::string text, const std::string& stream);
  Chunks Bytes(const std::string& data, const std::string& stream);

  // What comes next replaces everything from `offset` on, which is moved into 0..end.
  void Restart(int64_t offset, const std::string& stream);

  // Chunks for what is still held back, and for restarted streams to which nothing was added.
  Chunks Flush();

  // Bytes in the stream so far.
  int64_t end(const std::string& stream) const;

 private:
  struct Stream {
    int64_t end = 0;
    bool restarted = false;  // and nothing was added since
    std::string held_back;   // the begin of a code point
  };

  static void Add(Stream& stream, const std::string& name, std::string content, bool is_text, Chunks& chunks);

  std::map<std::string, Stream> streams_;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_OUTPUT_STREAMS_H_
