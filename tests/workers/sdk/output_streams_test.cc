#include "workers/sdk/output_streams.h"

#include <gtest/gtest.h>

#include <string>

namespace flowmesh::sdk {
namespace {

// Applies chunks as a reader does.
void Fold(const OutputStreams::Chunks& chunks, std::string& text) {
  for (const v1::OutputChunk& chunk : chunks) {
    ASSERT_LE(static_cast<size_t>(chunk.offset()), text.size()) << "a gap";
    text.resize(static_cast<size_t>(chunk.offset()));
    text += chunk.has_text() ? chunk.text() : chunk.data();
  }
}

TEST(OutputStreamsTest, TextContinuesWhereTheLastAttemptEnded) {
  OutputStreams streams({{"", 4}});
  const auto chunks = streams.Text("more", "");
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0].offset(), 4);
  EXPECT_EQ(streams.end(""), 8);
  EXPECT_EQ(streams.end("other"), 0);
}

TEST(OutputStreamsTest, ACodePointInTwoPiecesComesOutWhole) {
  OutputStreams streams({});
  std::string text;
  Fold(streams.Text("5 \xE2\x82", ""), text);
  EXPECT_EQ(text, "5 ");
  EXPECT_TRUE(streams.Text("", "").empty());
  Fold(streams.Text("\xAC!", ""), text);
  EXPECT_EQ(text, "5 \xE2\x82\xAC!");
  Fold(streams.Text("\xE2", ""), text);
  Fold(streams.Flush(), text);
  EXPECT_EQ(text, "5 \xE2\x82\xAC!\xEF\xBF\xBD");
}

TEST(OutputStreamsTest, LongTextIsSplitOnCodePoints) {
  OutputStreams streams({});
  std::string euros;
  for (int i = 0; i < 50'000; ++i) euros += "\xE2\x82\xAC";
  const auto chunks = streams.Text(euros, "");
  EXPECT_EQ(chunks.size(), 3u);
  std::string text;
  for (const v1::OutputChunk& chunk : chunks) EXPECT_EQ(chunk.text().size() % 3, 0u);
  Fold(chunks, text);
  EXPECT_EQ(text, euros);
}

TEST(OutputStreamsTest, RestartingReplaces) {
  OutputStreams streams({{"", 7}});
  std::string text = "old old";
  streams.Restart(4, "");
  Fold(streams.Text("new", ""), text);
  EXPECT_EQ(text, "old new");
  EXPECT_TRUE(streams.Flush().empty());
}

TEST(OutputStreamsTest, RestartingWithoutAnythingNewCutsAtTheEnd) {
  OutputStreams streams({{"", 7}});
  std::string text = "old old";
  streams.Restart(-3, "");
  Fold(streams.Flush(), text);
  EXPECT_EQ(text, "");
  EXPECT_TRUE(streams.Flush().empty());
  streams.Restart(99, "");
  EXPECT_EQ(streams.end(""), 0);
}

TEST(OutputStreamsTest, BytesAreTakenAsTheyAre) {
  OutputStreams streams({});
  const auto chunks = streams.Bytes(std::string("\xFF\x00\xE2", 3), "image");
  ASSERT_EQ(chunks.size(), 1u);
  EXPECT_EQ(chunks[0].stream(), "image");
  EXPECT_EQ(chunks[0].data(), std::string("\xFF\x00\xE2", 3));
}

}  // namespace
}  // namespace flowmesh::sdk
