#ifndef FLOWMESH_SERVER_CLI_EVENT_VIEW_H_
#define FLOWMESH_SERVER_CLI_EVENT_VIEW_H_

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>

#include "flowmesh/v1/log_stream.pb.h"
#include "server/base/mutex.h"
#include "server/cli/event_text.h"
#include "server/cli/output_fold.h"

namespace flowmesh::cli {

// Shows an execution's events to a person as they come: text output as it is written, everything else a line each. On a
// screen, progress is one line at the bottom that is drawn again and again. Text output that a retried attempt repeats
// is shown once. Thread-safe.
class EventView {
 public:
  struct Options {
    bool screen = false;  // draw progress in place; otherwise it is a line like the others
    EventStyle style;
    std::function<size_t()> columns = [] { return size_t{80}; };
  };

  // `out` must outlive the view.
  EventView(std::ostream* out, Options options);

  void Show(const v1::Event& event) ABSL_LOCKS_EXCLUDED(mutex_);

  // A line of the program's own.
  void Note(std::string_view line) ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends the line, takes the progress away and says where shown output turned out void. Nothing is shown after it.
  void Finish() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void ShowOutput(const v1::Event& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EnterStream(const OutputName& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteLine(std::string_view line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndLine() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EraseBar() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DrawBar() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  base::Mutex mutex_;
  std::ostream* const out_ ABSL_PT_GUARDED_BY(mutex_);
  OutputFold fold_ ABSL_GUARDED_BY(mutex_);
  std::map<OutputName, OutputReveal> reveals_ ABSL_GUARDED_BY(mutex_);
  OutputName current_ ABSL_GUARDED_BY(mutex_){0, ""};  // the stream that wrote last
  bool mid_line_ ABSL_GUARDED_BY(mutex_) = false;      // output left its last line open
  bool bar_drawn_ ABSL_GUARDED_BY(mutex_) = false;
  v1::Progress progress_ ABSL_GUARDED_BY(mutex_);
  bool has_progress_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace flowmesh::cli

#endif  // FLOWMESH_SERVER_CLI_EVENT_VIEW_H_
