#include "server/cli/output_fold.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace flowmesh::cli {

absl::StatusOr<const OutputFold::Stream*> OutputFold::Apply(int32_t task, const v1::OutputChunk& chunk) {
  const OutputName name(task, chunk.stream());
  const auto found = streams_.find(name);
  const int64_t end = found == streams_.end() ? 0 : static_cast<int64_t>(found->second.content.size());
  if (chunk.offset() < 0 || chunk.offset() > end) {
    return absl::DataLossError(absl::StrCat("output of task ", task, ", stream \"", chunk.stream(), "\" ends at byte ",
                                            end, " and goes on at byte ", chunk.offset(),
                                            ": read the execution's events again from the start"));
  }
  Stream& stream = found == streams_.end() ? streams_[name] : found->second;
  stream.content.resize(static_cast<size_t>(chunk.offset()));
  stream.content += chunk.has_data() ? chunk.data() : chunk.text();
  stream.binary = chunk.has_data();
  return &stream;
}

const OutputFold::Stream* OutputFold::Find(const OutputName& name) const {
  const auto found = streams_.find(name);
  return found == streams_.end() ? nullptr : &found->second;
}

std::string OutputReveal::Update(std::string_view content, size_t offset) {
  agreed_ = std::min(agreed_, offset);
  const size_t common = std::min(content.size(), shown_.size());
  while (agreed_ < common && content[agreed_] == shown_[agreed_]) ++agreed_;
  if (agreed_ == content.size()) return "";  // nothing that was not shown before

  std::string out;
  size_t from = agreed_;
  if (agreed_ < shown_.size()) {
    // Start over at a line, which reads better than in the middle of a word.
    const size_t line_end = content.substr(0, agreed_).rfind('\n');
    from = line_end == std::string_view::npos ? 0 : line_end + 1;
    out = absl::StrCat("\n[written anew from byte ", from, "]\n");
  }
  out += content.substr(from);
  shown_ = content;
  agreed_ = content.size();
  return out;
}

std::string OutputReveal::Finish(std::string_view content) const {
  if (shown_.size() <= content.size()) return "";
  return absl::StrCat("\n[written anew: it ends at byte ", content.size(), ", what follows it above is void]\n");
}

}  // namespace flowmesh::cli
