#include "workers/flows/poem/verse_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace flowmesh::flows {
namespace {

// Whether the line stands in one pair of marks, which is taken off.
bool ConsumeAround(absl::string_view* line, absl::string_view mark) {
  if (line->size() <= 2 * mark.size() || !absl::StartsWith(*line, mark) || !absl::EndsWith(*line, mark)) return false;
  const absl::string_view inner = line->substr(mark.size(), line->size() - 2 * mark.size());
  if (absl::StrContains(inner, mark)) return false;
  *line = absl::StripAsciiWhitespace(inner);
  return true;
}

// Off comes `# `, `## `, ...; a word like #sea stays whole.
bool ConsumeHeadingMark(absl::string_view* line) {
  const size_t end = line->find_first_not_of('#');
  if (end == 0 || end == absl::string_view::npos || (*line)[end] != ' ') return false;
  *line = absl::StripAsciiWhitespace(line->substr(end));
  return true;
}

bool IsRuleOrFence(absl::string_view line) {
  return absl::StartsWith(line, "```") ||
         (line.size() >= 3 && line.find_first_not_of(line[0] == '*' ? "* " : "-_ ") == absl::string_view::npos);
}

}  // namespace

absl::Status VerseReader::Feed(absl::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      if (absl::Status status = EndLine(); !status.ok()) return status;
      continue;
    }
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte == 0x7F || (byte < 0x20 && c != '\t')) continue;
    if (line_.size() == kMaxLineBytes) {
      return absl::OutOfRangeError(absl::StrCat("line ", lines_ + 1, " has more than ", kMaxLineBytes, " bytes"));
    }
    line_ += c == '\t' ? ' ' : c;
  }
  return absl::OkStatus();
}

absl::Status VerseReader::Finish() { return line_.empty() ? absl::OkStatus() : EndLine(); }

absl::Status VerseReader::EndLine() {
  const std::string whole = std::exchange(line_, "");
  absl::string_view line = absl::StripAsciiWhitespace(whole);
  if (line.empty() || IsRuleOrFence(line)) {
    stanza_ended_ = lines_ > 0;
    return absl::OkStatus();
  }
  const bool heading = ConsumeHeadingMark(&line);
  const bool bold = ConsumeAround(&line, "**");
  if (!bold) ConsumeAround(&line, "*");
  const bool labelled = absl::StartsWithIgnoreCase(line, "title:");
  if (lines_ == 0 && title_.empty() && (heading || bold || labelled)) {
    if (labelled) line = absl::StripAsciiWhitespace(line.substr(6));
    ConsumeAround(&line, "\"");
    title_ = std::string(line);
    return absl::OkStatus();
  }
  if (lines_ == kMaxLines) return absl::OutOfRangeError(absl::StrCat("it has more than ", kMaxLines, " lines"));
  if (std::exchange(stanza_ended_, false)) listener_.on_stanza_end();
  ++lines_;
  listener_.on_line(std::string(line));
  return absl::OkStatus();
}

}  // namespace flowmesh::flows
