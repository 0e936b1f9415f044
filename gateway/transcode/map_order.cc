#include "gateway/transcode/map_order.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <string>
#include <unordered_map>

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

bool KeyLess(const pb::Message& a, const pb::Message& b, const pb::FieldDescriptor& key) {
  const pb::Reflection& in_a = *a.GetReflection();
  const pb::Reflection& in_b = *b.GetReflection();
  switch (key.cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_INT32:
      return in_a.GetInt32(a, &key) < in_b.GetInt32(b, &key);
    case pb::FieldDescriptor::CPPTYPE_UINT32:
      return in_a.GetUInt32(a, &key) < in_b.GetUInt32(b, &key);
    case pb::FieldDescriptor::CPPTYPE_INT64:
      return in_a.GetInt64(a, &key) < in_b.GetInt64(b, &key);
    case pb::FieldDescriptor::CPPTYPE_UINT64:
      return in_a.GetUInt64(a, &key) < in_b.GetUInt64(b, &key);
    case pb::FieldDescriptor::CPPTYPE_BOOL:
      return in_a.GetBool(a, &key) < in_b.GetBool(b, &key);
    default: {
      std::string scratch_a;
      std::string scratch_b;
      return in_a.GetStringReference(a, &key, &scratch_a) < in_b.GetStringReference(b, &key, &scratch_b);
    }
  }
}

}  // namespace

std::vector<const pb::Message*> EntriesInKeyOrder(const pb::Message& message, const pb::FieldDescriptor& map) {
  const pb::Reflection& reflection = *message.GetReflection();
  const pb::FieldDescriptor& key = *map.message_type()->map_key();
  const int size = reflection.FieldSize(message, &map);
  std::vector<const pb::Message*> entries;
  entries.reserve(static_cast<size_t>(size));
  for (int i = 0; i < size; ++i) entries.push_back(&reflection.GetRepeatedMessage(message, &map, i));
  std::sort(entries.begin(), entries.end(),
            [&key](const pb::Message* a, const pb::Message* b) { return KeyLess(*a, *b, key); });
  return entries;
}

void SortMapEntries(const pb::FieldDescriptor& map, pb::Message* message) {
  const std::vector<const pb::Message*> sorted = EntriesInKeyOrder(*message, map);
  const pb::Reflection& reflection = *message->GetReflection();
  std::unordered_map<const pb::Message*, int> place;
  std::vector<const pb::Message*> current;
  for (int i = 0; i < static_cast<int>(sorted.size()); ++i) {
    current.push_back(&reflection.GetRepeatedMessage(*message, &map, i));
    place[current.back()] = i;
  }
  for (int i = 0; i < static_cast<int>(sorted.size()); ++i) {
    const pb::Message* wanted = sorted[static_cast<size_t>(i)];
    const int from = place[wanted];
    if (from == i) continue;
    reflection.SwapElements(message, &map, i, from);
    std::swap(current[static_cast<size_t>(i)], current[static_cast<size_t>(from)]);
    place[current[static_cast<size_t>(from)]] = from;
  }
}

}  // namespace flowmesh::transcode
