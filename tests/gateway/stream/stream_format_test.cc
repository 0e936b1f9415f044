#include "gateway/stream/stream_format.h"

#include <gtest/gtest.h>

namespace flowmesh::gateway {
namespace {

const StreamMessage kMessage = {R"({"a":1})", "7", "log"};

TEST(StreamFormatTest, EventStreamNamesIdAndKind) {
  const auto format = MakeEventStreamFormat();
  EXPECT_EQ(format->Begin(), "retry: 1000\n\n");
  EXPECT_EQ(format->Message(kMessage), "id: 7\nevent: log\ndata: {\"a\":1}\n\n");
  EXPECT_EQ(format->Message({"{}", "", ""}), "data: {}\n\n");
  EXPECT_EQ(format->Heartbeat(), ":\n\n");
  EXPECT_EQ(format->End(), "event: end\ndata: {}\n\n");
  EXPECT_EQ(format->Closing("{}"), "event: closing\ndata: {}\n\n");
}

TEST(StreamFormatTest, NdjsonWrapsEachMessage) {
  const auto format = MakeNdjsonFormat();
  EXPECT_EQ(format->Begin() + format->Message(kMessage) + format->Error("{\"code\":5}") + format->End(),
            "{\"result\":{\"a\":1}}\n{\"error\":{\"code\":5}}\n");
}

TEST(StreamFormatTest, AnArrayIsWellFormedHoweverItEnds) {
  EXPECT_EQ(MakeJsonArrayFormat()->Begin() + MakeJsonArrayFormat()->End(), "[]");
  const auto whole = MakeJsonArrayFormat();
  std::string text = whole->Begin();
  text += whole->Message(kMessage);
  text += whole->Message(kMessage);
  text += whole->End();
  EXPECT_EQ(text, "[{\"a\":1},\n{\"a\":1}]");
  const auto broken = MakeJsonArrayFormat();
  EXPECT_EQ(broken->Error("{\"code\":5}"), "{\"error\":{\"code\":5}}]");
}

}  // namespace
}  // namespace flowmesh::gateway
