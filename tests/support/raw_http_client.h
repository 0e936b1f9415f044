#ifndef FLOWMESH_TESTS_SUPPORT_RAW_HTTP_CLIENT_H_
#define FLOWMESH_TESTS_SUPPORT_RAW_HTTP_CLIENT_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "tests/support/raw_tls.h"

namespace flowmesh::testing {

struct RawResponse {
  int status = 0;                              // 0 = the connection ended before an answer
  std::map<std::string, std::string> headers;  // names in lower case; of a repeated one the last value
  std::string body;                            // of a chunked answer: decoded
};

// One TCP connection on which a test says whatever bytes it likes. Waits give up, failing the test, after kPatience.
// Not thread-safe.
class RawHttpClient {
 public:
  // `address`: host:port
  explicit RawHttpClient(const std::string& address);
  // Over TLS; shakes hands, and fails the test when that fails.
  RawHttpClient(const std::string& address, const RawTlsOptions& tls);
  ~RawHttpClient();
  RawHttpClient(const RawHttpClient&) = delete;
  RawHttpClient& operator=(const RawHttpClient&) = delete;

  void Send(const std::string& bytes);
  // Sends `METHOD target`, Host, the extra lines (each with its CRLF) and the body with its length.
  void Request(const std::string& method, const std::string& target, const std::string& lines = "",
               const std::string& body = "");
  // A whole answer; `to_head`: the answer to a HEAD.
  RawResponse Read(bool to_head = false);
  // The head of an answer alone.
  RawResponse ReadHead();
  // Reads a chunked body on until it contains `text`, or ends; what was decoded so far.
  std::string ReadBodyUntil(const std::string& text);
  // The rest of a chunked body.
  std::string ReadBody();

  // WebSocket: sends the upgrade; the answer's head. Afterwards frames.
  RawResponse Upgrade(const std::string& target, const std::string& lines = "");
  struct Frame {
    int opcode = -1;  // 1 text, 2 binary, 8 close, 9 ping; -1 = the connection ended
    std::string payload;
    int close_code = 0;
  };
  Frame ReadFrame();
  void SendFrame(int opcode, const std::string& payload);

  // Blocks until the server closes; whether it did. Drops what comes.
  bool WaitForClose();
  // The kernel's receive buffer, to be set before much has come: a slow viewer is one with little room.
  void SetReceiveBuffer(int bytes);
  void Close();
  // Null = plain.
  RawTls* tls() { return tls_.get(); }
  int socket() const { return socket_; }

 private:
  // As recv.
  ssize_t Receive(char* bytes, size_t size);
  // False: the connection ended.
  bool Fill();
  bool FillTo(size_t size);
  bool NextChunk();

  int socket_ = -1;
  std::unique_ptr<RawTls> tls_;
  std::string buffer_;
  std::string decoded_;  // of the chunked body that is being read
  bool body_ended_ = false;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_RAW_HTTP_CLIENT_H_
