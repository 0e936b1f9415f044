#ifndef FLOWMESH_SERVER_CLI_TERMINAL_H_
#define FLOWMESH_SERVER_CLI_TERMINAL_H_

#include <cstddef>
#include <functional>
#include <iosfwd>

namespace flowmesh::cli {

// Where a command reads and writes: results go to `out`, everything about the way there to `err`.
struct Terminal {
  std::istream* in = nullptr;
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  bool out_is_screen = false;
  bool err_is_screen = false;
  bool colour = false;                                          // on screens only
  std::function<size_t()> columns = [] { return size_t{80}; };  // of the screen, now

  // The process's own streams. Colour is off when NO_COLOR is set (https://no-color.org) or TERM is "dumb".
  static Terminal OfProcess();
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_TERMINAL_H_
