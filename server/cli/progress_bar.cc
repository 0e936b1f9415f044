#include "server/cli/progress_bar.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/cli/display_text.h"

namespace flowmesh::cli {
namespace {

int Percent(const v1::Progress& progress) { return std::clamp(progress.percent(), 0, 100); }

std::string Words(const v1::Progress& progress) {
  std::string out = DisplayText(progress.message());
  const std::map<std::string, int32_t> counters(progress.counters().begin(), progress.counters().end());
  const char* separator = out.empty() ? "" : "  ";
  for (const auto& [name, count] : counters) {
    absl::StrAppend(&out, separator, DisplayText(name), " ", count);
    separator = ", ";
  }
  return out;
}

}  // namespace

std::string RenderProgressBar(const v1::Progress& progress, size_t columns) {
  const int percent = Percent(progress);
  const std::string number = absl::StrFormat("%3d %%", percent);
  if (columns < 20) return FitColumns(number, columns);

  const size_t cells = std::clamp<size_t>(columns / 3, 10, 30);
  const size_t filled = cells * static_cast<size_t>(percent) / 100;
  const std::string bar = absl::StrCat("[", std::string(filled, '#'), std::string(cells - filled, '-'), "] ", number);
  const std::string words = Words(progress);
  return FitColumns(words.empty() ? bar : absl::StrCat(bar, "  ", words), columns);
}

std::string RenderProgress(const v1::Progress& progress) {
  const std::string words = Words(progress);
  return absl::StrCat(Percent(progress), " %", words.empty() ? "" : "  ", words);
}

}  // namespace flowmesh::cli
