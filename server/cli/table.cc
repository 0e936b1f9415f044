#include "server/cli/table.h"

#include <algorithm>

#include "server/cli/display_text.h"

namespace flowmesh::cli {

std::string RenderTable(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> shown;
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    auto& cells = shown.emplace_back();
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(DisplayText(row[i]));
      widths[i] = std::max(widths[i], CountColumns(cells[i]));
    }
  }
  std::string out;
  for (const auto& cells : shown) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      line += cells[i];
      line += std::string(widths[i] - CountColumns(cells[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace flowmesh::cli
