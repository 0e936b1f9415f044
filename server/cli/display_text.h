#ifndef FLOWMESH_SERVER_CLI_DISPLAY_TEXT_H_
#define FLOWMESH_SERVER_CLI_DISPLAY_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace flowmesh::cli {

enum class Lines {
  kOne,   // line ends are escaped too: the text stays on its line
  kMany,  // line ends are kept
};

// `text`, made safe to show on a terminal: control characters (C0 but tab, DEL, C1) and the ones that reorder text
// (bidi embeddings, overrides and isolates) become visible as \n, \x1b or \u202e; bytes that are not UTF-8 become
// U+FFFD.
std::string DisplayText(std::string_view text, Lines lines = Lines::kOne);

// The first `columns` code points of a displayed text; a cut one ends with an ellipsis. Code points stand for columns:
// wide characters take more room than is counted.
std::string FitColumns(std::string_view text, size_t columns);

// Code points of a UTF-8 text.
size_t CountColumns(std::string_view text);

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_DISPLAY_TEXT_H_
