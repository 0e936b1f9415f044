// Ranges of raw content: RFC 9110, section 14. Pure.
#ifndef FLOWMESH_GATEWAY_TRANSCODE_BYTE_RANGE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_BYTE_RANGE_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "flowmesh/v1/byte_range.pb.h"

namespace flowmesh::transcode {

// What is asked for, as the request fields say it (flowmesh.v1.ByteRange).
struct ByteRange {
  int64_t offset = 0;  // negative = so many bytes before the end
  int64_t length = 0;  // 0 = to the end

  bool whole() const { return offset == 0 && length == 0; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// What that is of a content of a known size.
struct ByteSpan {
  int64_t first = 0;
  int64_t length = 0;

  friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

// A `Range` header: `bytes=A-B`, `bytes=A-`, `bytes=-N`. Nothing where a server answers with the whole content: another
// unit, several ranges, a malformed header. `bytes=-0` covers nothing: it comes back with an offset that no content
// has.
std::optional<ByteRange> ParseByteRange(std::string_view header);

// The part of the content that the range covers; nothing if it lies beyond the end. Of an empty content nothing is
// covered but all of it.
std::optional<ByteSpan> SpanOf(const ByteRange& range, int64_t size);

// The method's rule; null = it serves no ranges.
const v1::ByteRange* RuleOf(const google::protobuf::MethodDescriptor& method);

// The range in the fields that the rule names, and into them. Both fields are there: the route table saw to it.
ByteRange RangeOf(const google::protobuf::Message& request, const v1::ByteRange& rule);
void SetRange(const ByteRange& range, const v1::ByteRange& rule, google::protobuf::Message* request);

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_BYTE_RANGE_H_
