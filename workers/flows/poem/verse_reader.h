#ifndef FLOWMESH_WORKERS_FLOWS_POEM_VERSE_READER_H_
#define FLOWMESH_WORKERS_FLOWS_POEM_VERSE_READER_H_

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace flowmesh::flows {

// Reads a poem from a model's text while it arrives: an optional title (`# Title`, `Title: ...` or `**Title**` before
// the first line), lines, and blank lines between stanzas. Code fences, emphasis around whole lines, rules and control
// characters are dropped. Not thread-safe.
class VerseReader {
 public:
  static constexpr size_t kMaxLineBytes = 1000;
  static constexpr int kMaxLines = 300;

  // Both are called in the poem's order. A stanza ends between two lines; none is told after the last one.
  struct Listener {
    std::function<void(const std::string&)> on_line;
    std::function<void()> on_stanza_end;
  };

  explicit VerseReader(Listener listener) : listener_(std::move(listener)) {}

  // Text as it comes, cut anywhere. OUT_OF_RANGE: a line is too long, or there are too many.
  absl::Status Feed(absl::string_view text);

  // The text has ended.
  absl::Status Finish();

  const std::string& title() const { return title_; }  // empty: the text has none
  int lines() const { return lines_; }

 private:
  absl::Status EndLine();

  const Listener listener_;
  std::string line_;  // begun, not ended
  std::string title_;
  int lines_ = 0;
  bool stanza_ended_ = false;
};

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_POEM_VERSE_READER_H_
