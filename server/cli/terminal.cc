#include "server/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace flowmesh::cli {
namespace {

size_t ScreenColumns() {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool WantsColour() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace

Terminal Terminal::OfProcess() {
  Terminal terminal;
  terminal.in = &std::cin;
  terminal.out = &std::cout;
  terminal.err = &std::cerr;
  terminal.out_is_screen = isatty(STDOUT_FILENO) == 1;
  terminal.err_is_screen = isatty(STDERR_FILENO) == 1;
  terminal.colour = WantsColour();
  terminal.columns = ScreenColumns;
  return terminal;
}

}  // namespace flowmesh::cli
