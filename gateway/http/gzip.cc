#include "gateway/http/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/transcode/http_error.h"

namespace flowmesh::gateway {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way to say: the largest window, with gzip's header
constexpr int kLevel = Z_BEST_SPEED;
constexpr int kMemory = 8;
constexpr size_t kStep = 64 * 1024;

Bytef* BytesOf(std::string_view text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); }

}  // namespace

std::string Gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) return "";
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = BytesOf(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = BytesOf(out);
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(result == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

absl::StatusOr<std::string> Gunzip(std::string_view bytes, size_t max_bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return absl::ResourceExhaustedError("no memory for zlib");
  stream.next_in = BytesOf(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int result = Z_OK;
  while (result == Z_OK && out.size() <= max_bytes) {
    const size_t had = out.size();
    const size_t room = std::min(kStep, max_bytes + 1 - had);
    out.resize(had + room);
    stream.next_out = BytesOf(out) + had;
    stream.avail_out = static_cast<uInt>(room);
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(had + room - stream.avail_out);
  }
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (out.size() > max_bytes) {
    return transcode::HttpError(413, absl::StatusCode::kInvalidArgument, "BODY_TOO_LARGE",
                                absl::StrCat("a body may have ", max_bytes, " bytes, decompressed"));
  }
  if (!whole) {
    return transcode::HttpError(400, absl::StatusCode::kInvalidArgument, "GZIP_BROKEN",
                                "the body is said to be gzip and is not, or is cut off");
  }
  return out;
}

}  // namespace flowmesh::gateway
