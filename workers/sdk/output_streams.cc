#include "workers/sdk/output_streams.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "workers/sdk/utf8.h"

namespace flowmesh::sdk {
namespace {

constexpr size_t kMaxChunk = 64 * 1024;  // bytes

}  // namespace

OutputStreams::OutputStreams(const std::map<std::string, int64_t>& ends) {
  for (const auto& [name, end] : ends) streams_[name].end = end;
}

OutputStreams::Chunks OutputStreams::Text(std::string text, const std::string& stream) {
  Stream& state = streams_[stream];
  text.insert(0, std::exchange(state.held_back, std::string()));
  const size_t complete = CompleteLength(text);
  state.held_back = text.substr(complete);
  text.resize(complete);
  Chunks chunks;
  Add(state, stream, ToUtf8(std::move(text)), /*is_text=*/true, chunks);
  return chunks;
}

OutputStreams::Chunks OutputStreams::Bytes(const std::string& data, const std::string& stream) {
  Chunks chunks;
  Add(streams_[stream], stream, data, /*is_text=*/false, chunks);
  return chunks;
}

void OutputStreams::Restart(int64_t offset, const std::string& stream) {
  Stream& state = streams_[stream];
  state.held_back.clear();
  offset = std::clamp<int64_t>(offset, 0, state.end);
  if (offset < state.end) state.restarted = true;
  state.end = offset;
}

OutputStreams::Chunks OutputStreams::Flush() {
  Chunks chunks;
  for (auto& [name, state] : streams_) {
    Add(state, name, ToUtf8(std::exchange(state.held_back, std::string())), /*is_text=*/true, chunks);
    if (!state.restarted) continue;
    state.restarted = false;
    v1::OutputChunk& chunk = chunks.emplace_back();
    chunk.set_stream(name);
    chunk.set_offset(state.end);
    chunk.set_text("");
  }
  return chunks;
}

int64_t OutputStreams::end(const std::string& stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? 0 : found->second.end;
}

void OutputStreams::Add(Stream& stream, const std::string& name, std::string content, bool is_text, Chunks& chunks) {
  absl::string_view rest = content;
  while (!rest.empty()) {
    const size_t length = is_text ? PrefixLength(rest, kMaxChunk) : std::min(rest.size(), kMaxChunk);
    v1::OutputChunk& chunk = chunks.emplace_back();
    chunk.set_stream(name);
    chunk.set_offset(stream.end);
    std::string piece(rest.substr(0, length));
    if (is_text) {
      chunk.set_text(std::move(piece));
    } else {
      chunk.set_data(std::move(piece));
    }
    stream.end += static_cast<int64_t>(length);
    stream.restarted = false;
    rest.remove_prefix(length);
  }
}

}  // namespace flowmesh::sdk
