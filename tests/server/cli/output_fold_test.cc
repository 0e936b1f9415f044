#include "server/cli/output_fold.h"

#include <gtest/gtest.h>

namespace flowmesh::cli {
namespace {

v1::OutputChunk Text(int64_t offset, const std::string& text, const std::string& stream = "") {
  v1::OutputChunk chunk;
  chunk.set_stream(stream);
  chunk.set_offset(offset);
  chunk.set_text(text);
  return chunk;
}

std::string Folded(OutputFold& fold, const v1::OutputChunk& chunk, int32_t task = 0) {
  const auto stream = fold.Apply(task, chunk);
  return stream.ok() ? (*stream)->content : std::string(stream.status().message());
}

TEST(OutputFoldTest, ChunksAtTheEndAreAppended) {
  OutputFold fold;
  EXPECT_EQ(Folded(fold, Text(0, "The sea ")), "The sea ");
  EXPECT_EQ(Folded(fold, Text(8, "is grey")), "The sea is grey");
}

TEST(OutputFoldTest, AChunkBelowTheEndReplacesEverythingFromThere) {
  OutputFold fold;
  Folded(fold, Text(0, "The sea is grey and wide"));
  EXPECT_EQ(Folded(fold, Text(4, "sky")), "The sky");
  EXPECT_EQ(Folded(fold, Text(0, "")), "");
}

TEST(OutputFoldTest, AChunkBeyondTheEndIsRefusedAndChangesNothing) {
  OutputFold fold;
  Folded(fold, Text(0, "abc"));
  const auto stream = fold.Apply(0, Text(4, "e"));
  EXPECT_EQ(stream.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(fold.Find({0, ""})->content, "abc");
  EXPECT_FALSE(fold.Apply(1, Text(1, "x")).ok());
  EXPECT_EQ(fold.Find({1, ""}), nullptr);
}

TEST(OutputFoldTest, TasksAndStreamsAreFoldedApart) {
  OutputFold fold;
  Folded(fold, Text(0, "root"));
  Folded(fold, Text(0, "child"), 1);
  Folded(fold, Text(0, "notes", "notes"));
  EXPECT_EQ(fold.Find({0, ""})->content, "root");
  EXPECT_EQ(fold.Find({1, ""})->content, "child");
  EXPECT_EQ(fold.Find({0, "notes"})->content, "notes");
}

TEST(OutputFoldTest, BytesAreKeptAsTheyAre) {
  OutputFold fold;
  v1::OutputChunk chunk;
  chunk.set_data(std::string("\0\xff", 2));
  ASSERT_TRUE(fold.Apply(0, chunk).ok());
  EXPECT_TRUE(fold.Find({0, ""})->binary);
  EXPECT_EQ(fold.Find({0, ""})->content, std::string("\0\xff", 2));
}

TEST(OutputRevealTest, TextThatARetryRepeatsIsShownOnce) {
  OutputReveal reveal;
  EXPECT_EQ(reveal.Update("one two", 0), "one two");
  EXPECT_EQ(reveal.Update("one", 0), "");
  EXPECT_EQ(reveal.Update("one two", 3), "");
  EXPECT_EQ(reveal.Update("one two three", 7), " three");
  EXPECT_EQ(reveal.Finish("one two three"), "");
}

TEST(OutputRevealTest, TextThatComesOutDifferentlyIsAnnouncedAndShownFromItsLine) {
  OutputReveal reveal;
  EXPECT_EQ(reveal.Update("first line\nsecond", 0), "first line\nsecond");
  EXPECT_EQ(reveal.Update("first line\n", 11), "");
  EXPECT_EQ(reveal.Update("first line\nsea", 11), "\n[written anew from byte 11]\nsea");
  EXPECT_EQ(reveal.Update("first line\nsea foam", 14), " foam");
}

TEST(OutputRevealTest, OutputThatEndsBeforeWhatWasShownIsAnnounced) {
  OutputReveal reveal;
  reveal.Update("a long text", 0);
  reveal.Update("a long", 0);
  EXPECT_EQ(reveal.Finish("a long"), "\n[written anew: it ends at byte 6, what follows it above is void]\n");
}

}  // namespace
}  // namespace flowmesh::cli
