#ifndef FLOWMESH_GATEWAY_STREAM_STREAM_WRITER_H_
#define FLOWMESH_GATEWAY_STREAM_STREAM_WRITER_H_

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/stream/byte_sink.h"
#include "gateway/stream/stream_format.h"

namespace flowmesh::gateway {

// How a stream ends.
enum class StreamEnd {
  kDone,
  kError,         // the upstream failed
  kUnauthorized,  // the token expired or is not good
  kClosing        // the gateway stops
};

// One viewer of a stream. Each call returns when the viewer has taken what was said, which is what holds the upstream
// back; false = the viewer is gone, or took longer than the patience. One call at a time, on the connection's strand.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  virtual boost::asio::awaitable<bool> Message(StreamMessage message) = 0;
  virtual boost::asio::awaitable<bool> Heartbeat() = 0;
  // Nothing may follow. `error_json` is the body of the error; empty for kDone.
  virtual boost::asio::awaitable<bool> Finish(StreamEnd end, std::string error_json) = 0;
};

// Chunked text over HTTP/1.1, or text up to the connection's end where the client speaks HTTP/1.0. `head`, the
// response's head with its empty line, goes out with Begin(). `sink` outlives the writer.
class HttpStreamWriter : public StreamWriter {
 public:
  HttpStreamWriter(ByteSink* sink, std::unique_ptr<StreamFormat> format, bool chunked, absl::Duration patience)
      : sink_(sink), format_(std::move(format)), chunked_(chunked), patience_(patience) {}

  boost::asio::awaitable<bool> Begin(std::string head);
  boost::asio::awaitable<bool> Message(StreamMessage message) override;
  boost::asio::awaitable<bool> Heartbeat() override;
  boost::asio::awaitable<bool> Finish(StreamEnd end, std::string error_json) override;

 private:
  // One chunk; nothing for an empty text, which would be the last chunk.
  std::string Chunk(const std::string& text) const;
  boost::asio::awaitable<bool> Write(std::string bytes);

  ByteSink* const sink_;
  const std::unique_ptr<StreamFormat> format_;
  const bool chunked_;
  const absl::Duration patience_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_STREAM_STREAM_WRITER_H_
