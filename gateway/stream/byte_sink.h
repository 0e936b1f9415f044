#ifndef FLOWMESH_GATEWAY_STREAM_BYTE_SINK_H_
#define FLOWMESH_GATEWAY_STREAM_BYTE_SINK_H_

#include <boost/asio/awaitable.hpp>
#include <string>

#include "absl/time/time.h"

namespace flowmesh::gateway {

// Where the bytes of an HTTP answer go. Used on the connection's strand alone.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Returns when the bytes are with the operating system. False: the client is gone, or took longer than `patience`.
  virtual boost::asio::awaitable<bool> Write(std::string bytes, absl::Duration patience) = 0;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_STREAM_BYTE_SINK_H_
