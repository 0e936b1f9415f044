#include "absl/strings/str_cat.h"
#include "gateway/stream/stream_writer.h"

namespace flowmesh::gateway {

using boost::asio::awaitable;

awaitable<bool> HttpStreamWriter::Begin(std::string head) {
  std::string bytes = std::move(head);
  bytes += Chunk(format_->Begin());
  co_return co_await Write(std::move(bytes));
}

awaitable<bool> HttpStreamWriter::Message(StreamMessage message) {
  std::string bytes = Chunk(format_->Message(message));
  co_return co_await Write(std::move(bytes));
}

awaitable<bool> HttpStreamWriter::Heartbeat() {
  std::string bytes = Chunk(format_->Heartbeat());
  co_return co_await Write(std::move(bytes));
}

awaitable<bool> HttpStreamWriter::Finish(StreamEnd end, std::string error_json) {
  std::string text;
  switch (end) {
    case StreamEnd::kDone:
      text = format_->End();
      break;
    case StreamEnd::kClosing:
      text = format_->Closing(error_json);
      break;
    case StreamEnd::kError:
    case StreamEnd::kUnauthorized:
      text = format_->Error(error_json);
      break;
  }
  std::string bytes = Chunk(text);
  if (chunked_) bytes += "0\r\n\r\n";
  co_return co_await Write(std::move(bytes));
}

std::string HttpStreamWriter::Chunk(const std::string& text) const {
  if (!chunked_ || text.empty()) return text;
  return absl::StrCat(absl::Hex(text.size()), "\r\n", text, "\r\n");
}

awaitable<bool> HttpStreamWriter::Write(std::string bytes) {
  if (bytes.empty()) co_return true;
  co_return co_await sink_->Write(std::move(bytes), patience_);
}

}  // namespace flowmesh::gateway
