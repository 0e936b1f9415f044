#include "workers/models/openai/sse_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace flowmesh::models {
namespace {

using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The events as type|data, fed in pieces of `piece` bytes.
std::vector<std::string> Parse(const std::string& stream, size_t piece) {
  std::vector<std::string> events;
  SseParser parser(1000);
  for (size_t at = 0; at < stream.size(); at += piece) {
    const std::string bytes = stream.substr(at, piece);
    EXPECT_OK(parser.Feed(bytes, [&](const ServerSentEvent& event) {
      events.push_back(event.type + "|" + event.data);
      return absl::OkStatus();
    }));
  }
  return events;
}

TEST(SseParserTest, EveryWayToCutAStreamGivesTheSameEvents) {
  const std::string stream =
      "\xEF\xBB\xBF"
      "data: one\n\n"
      ": a comment\r\nevent: delta\r\ndata: two\r\ndata:  three\r\ndata:four\r\n\r\n"
      "id: 7\rretry: 10\rdata: zażółć \xF0\x9F\x8C\x8A\r\r"
      "event: no data\n\n"
      "data\n\n"
      "data: {\"a\": 1}\n\n"
      "unknown: field\ndata: [DONE]\n\n"
      "data: never ended\n";
  for (size_t piece = 1; piece <= stream.size(); ++piece) {
    EXPECT_THAT(Parse(stream, piece),
                ElementsAre("|one", "delta|two\n three\nfour", "|zażółć 🌊", "|", "|{\"a\": 1}", "|[DONE]"))
        << piece;
  }
}

TEST(SseParserTest, EventsAreDeliveredWithTheirLastByte) {
  std::vector<std::string> events;
  const auto keep = [&](const ServerSentEvent& event) {
    events.push_back(event.data);
    return absl::OkStatus();
  };
  SseParser parser(100);
  ASSERT_OK(parser.Feed("data: a\r\n", keep));
  EXPECT_THAT(events, IsEmpty());
  ASSERT_OK(parser.Feed("\r", keep));
  EXPECT_THAT(events, ElementsAre("a"));
  ASSERT_OK(parser.Feed("\ndata: b\n\n", keep));
  EXPECT_THAT(events, ElementsAre("a", "b"));
}

TEST(SseParserTest, EventsAndLinesHaveALimit) {
  const auto ignore = [](const ServerSentEvent&) { return absl::OkStatus(); };
  SseParser endless_line(100);
  EXPECT_OK(endless_line.Feed(std::string(100, 'x'), ignore));
  EXPECT_THAT(endless_line.Feed("x", ignore), StatusIs(absl::StatusCode::kOutOfRange));
  SseParser endless_event(100);
  absl::Status status;
  int lines = 0;
  for (; status.ok() && lines < 100; ++lines) status = endless_event.Feed("data: 12345678\n", ignore);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_LT(lines, 12);
  SseParser many_events(100);
  for (int i = 0; i < 100; ++i) EXPECT_OK(many_events.Feed("data: 12345678\n\n", ignore));
}

TEST(SseParserTest, AReaderWhoHasEnoughEndsIt) {
  SseParser parser(100);
  int events = 0;
  EXPECT_THAT(parser.Feed("data: a\n\ndata: b\n\n",
                          [&](const ServerSentEvent&) {
                            ++events;
                            return absl::CancelledError("enough");
                          }),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(events, 1);
}

}  // namespace
}  // namespace flowmesh::models
