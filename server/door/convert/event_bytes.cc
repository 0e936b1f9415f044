#include "server/door/convert/event_bytes.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <string_view>

#include "absl/time/time.h"
#include "flowmesh/v1/log_stream.pb.h"
#include "server/door/convert/event_proto.h"

namespace flowmesh::door {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

// Beyond the id: six tags, four varints, a timestamp with its length, and the payload's length.
constexpr size_t kMaxHeadBytes = 96;

uint8_t* Tag(int field, WireFormatLite::WireType type, uint8_t* at) {
  return CodedOutputStream::WriteTagToArray(WireFormatLite::MakeTag(field, type), at);
}

uint8_t* Number(int field, int64_t value, uint8_t* at) {
  if (value == 0) return at;
  at = Tag(field, WireFormatLite::WIRETYPE_VARINT, at);
  return CodedOutputStream::WriteVarint64ToArray(static_cast<uint64_t>(value), at);
}

uint8_t* Timestamp(int field, absl::Time time, uint8_t* at) {
  constexpr int64_t kMicros = 1'000'000;
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t seconds = micros / kMicros - (micros % kMicros < 0 ? 1 : 0);
  uint8_t body[24];
  uint8_t* end = Number(1, seconds, body);
  end = Number(2, (micros - seconds * kMicros) * 1000, end);
  at = Tag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED, at);
  at = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(end - body), at);
  return CodedOutputStream::WriteRawToArray(body, static_cast<int>(end - body), at);
}

int FieldOf(engine::EventKind kind) {
  switch (kind) {
    case engine::EventKind::kLog:
      return v1::Event::kLogFieldNumber;
    case engine::EventKind::kOutput:
      return v1::Event::kOutputFieldNumber;
    case engine::EventKind::kProgress:
      return v1::Event::kProgressFieldNumber;
    case engine::EventKind::kState:
      return v1::Event::kStateFieldNumber;
    case engine::EventKind::kChild:
      return v1::Event::kChildFieldNumber;
    case engine::EventKind::kUsage:
      return v1::Event::kUsageFieldNumber;
    case engine::EventKind::kArtifact:
      return v1::Event::kArtifactFieldNumber;
  }
  return v1::Event::kLogFieldNumber;
}

void Append(const std::string& execution_id, const engine::EventView& view, std::string_view payload,
            std::string* out) {
  uint8_t head[kMaxHeadBytes];
  uint8_t* end = Number(v1::Event::kSeqFieldNumber, view.seq, head);
  end = Timestamp(v1::Event::kTimeFieldNumber, view.time, end);
  end = Number(v1::Event::kTaskFieldNumber, view.task, end);
  end = Number(v1::Event::kAttemptFieldNumber, view.attempt, end);
  end = Tag(FieldOf(view.kind), WireFormatLite::WIRETYPE_LENGTH_DELIMITED, end);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(payload.size()), end);

  uint8_t id_head[8];
  uint8_t* id_end = Tag(v1::Event::kExecutionIdFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED, id_head);
  id_end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(execution_id.size()), id_end);

  const size_t head_size = static_cast<size_t>(end - head);
  const size_t id_head_size = static_cast<size_t>(id_end - id_head);
  if (out->empty()) out->reserve(id_head_size + execution_id.size() + head_size + payload.size());
  out->append(reinterpret_cast<const char*>(id_head), id_head_size).append(execution_id);
  out->append(reinterpret_cast<const char*>(head), head_size).append(payload);
}

}  // namespace

bool AppendEventBytes(const std::string& execution_id, const engine::EventView& view, std::string* out) {
  if (view.kind == engine::EventKind::kState) {
    v1::StateChange change;
    if (!ToProto(view, &change)) return false;
    Append(execution_id, view, change.SerializeAsString(), out);
  } else if (view.kind == engine::EventKind::kChild) {
    v1::TaskChange change;
    if (!ToProto(view, &change)) return false;
    Append(execution_id, view, change.SerializeAsString(), out);
  } else {
    Append(execution_id, view, view.payload, out);
  }
  return true;
}

}  // namespace flowmesh::door
