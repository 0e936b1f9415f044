#include "gateway/transcode/map_order.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/gateway/transcode/testdata/every_type.pb.h"

namespace flowmesh::transcode {
namespace {

namespace pb = google::protobuf;

TEST(MapOrderTest, DynamicMapsSerialiseAlikeOnceSorted) {
  pb::DynamicMessageFactory factory;
  const pb::Message* prototype = factory.GetPrototype(testdata::EveryType::descriptor());
  const pb::FieldDescriptor& map = *testdata::EveryType::descriptor()->FindFieldByName("by_int32");
  std::vector<int32_t> keys;
  for (int32_t key = -20; key < 20; ++key) keys.push_back(key * 7);
  std::mt19937 random(1);
  std::string bytes;
  for (int round = 0; round < 10; ++round) {
    std::shuffle(keys.begin(), keys.end(), random);
    const std::unique_ptr<pb::Message> message(prototype->New());
    for (const int32_t key : keys) {
      pb::Message* entry = message->GetReflection()->AddMessage(message.get(), &map);
      entry->GetReflection()->SetInt32(entry, map.message_type()->map_key(), key);
      entry->GetReflection()->SetString(entry, map.message_type()->map_value(), std::to_string(key));
    }
    SortMapEntries(map, message.get());
    if (round == 0) bytes = message->SerializeAsString();
    EXPECT_EQ(message->SerializeAsString(), bytes);
    int32_t last = -1000;
    for (const pb::Message* entry : EntriesInKeyOrder(*message, map)) {
      const int32_t key = entry->GetReflection()->GetInt32(*entry, map.message_type()->map_key());
      EXPECT_GT(key, last);
      last = key;
    }
  }
}

}  // namespace
}  // namespace flowmesh::transcode
