#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/conformance/store_suite.h"

namespace flowmesh::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class EventChunks : public StoreSuite {
 protected:
  // 1-3, 4, 5-14, each of 100 bytes.
  void SetUp() override {
    StoreSuite::SetUp();
    id_ = NewId();
    Writes writes;
    writes.insert_chunks = {{id_, 1, 3, std::string(100, 'a')},
                            {id_, 4, 1, std::string(100, 'b')},
                            {id_, 5, 10, std::string(100, 'c')},
                            {NewId(), 1, 50, "of another execution"}};
    ASSERT_OK(Write(writes));
  }

  // First seq and first byte of each chunk.
  std::vector<std::pair<int64_t, char>> Read(int64_t after, size_t max_bytes) {
    std::vector<std::pair<int64_t, char>> chunks;
    const auto rows = store().ReadEvents(id_, after, max_bytes);
    EXPECT_OK(rows);
    for (const EventChunkRow& row : *rows) {
      EXPECT_EQ(row.execution_id, id_);
      EXPECT_EQ(row.bytes.size(), 100);
      chunks.emplace_back(row.first_seq, row.bytes[0]);
    }
    return chunks;
  }

  Id id_;
};
RUN_ON_EVERY_STORE(EventChunks);

TEST_P(EventChunks, AreReadFromTheOneThatHoldsTheNextEvent) {
  EXPECT_THAT(Read(0, 10'000), ElementsAre(Pair(1, 'a'), Pair(4, 'b'), Pair(5, 'c')));
  EXPECT_THAT(Read(2, 10'000), ElementsAre(Pair(1, 'a'), Pair(4, 'b'), Pair(5, 'c')));
  EXPECT_THAT(Read(3, 10'000), ElementsAre(Pair(4, 'b'), Pair(5, 'c')));
  EXPECT_THAT(Read(4, 10'000), ElementsAre(Pair(5, 'c')));
  EXPECT_THAT(Read(13, 10'000), ElementsAre(Pair(5, 'c')));
}

TEST_P(EventChunks, BeyondTheHeadThereIsNothing) {
  EXPECT_THAT(Read(14, 10'000), IsEmpty());
  EXPECT_THAT(Read(1'000'000, 10'000), IsEmpty());
  EXPECT_THAT(Read(INT64_MAX, 10'000), IsEmpty());
  EXPECT_THAT(store().ReadEvents(NewId(), 0, 100), flowmesh::testing::IsOkAndHolds(IsEmpty()));
}

TEST_P(EventChunks, StopAtMaxBytesButNotBeforeTheFirst) {
  EXPECT_THAT(Read(0, 0), ElementsAre(Pair(1, 'a')));
  EXPECT_THAT(Read(0, 199), ElementsAre(Pair(1, 'a')));
  EXPECT_THAT(Read(0, 200), ElementsAre(Pair(1, 'a'), Pair(4, 'b')));
  EXPECT_THAT(Read(4, 1), ElementsAre(Pair(5, 'c')));
}

TEST_P(EventChunks, LargeOnesComeBackWhole) {
  const Id id = NewId();
  std::string bytes(3 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 24);
  Writes writes;
  writes.insert_chunks = {{id, 1, 9, bytes}};
  ASSERT_OK(Write(writes));
  ASSERT_OK_AND_ASSIGN(const std::vector<EventChunkRow> rows, store().ReadEvents(id, 0, 1));
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].count, 9);
  EXPECT_TRUE(rows[0].bytes == bytes);
}

}  // namespace
}  // namespace flowmesh::store
