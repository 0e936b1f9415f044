#include "server/cli/event_view.h"

#include <ostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/cli/display_text.h"
#include "server/cli/progress_bar.h"

namespace flowmesh::cli {

EventView::EventView(std::ostream* out, Options options) : options_(std::move(options)), out_(out) {}

void EventView::Show(const v1::Event& event) {
  base::MutexLock lock(mutex_);
  if (event.has_output()) {
    ShowOutput(event);
  } else if (event.has_progress() && options_.screen) {
    progress_ = event.progress();
    has_progress_ = true;
    EraseBar();
    DrawBar();
  } else {
    WriteLine(RenderEvent(event, options_.style));
  }
  out_->flush();
}

void EventView::Note(std::string_view line) {
  base::MutexLock lock(mutex_);
  WriteLine(line);
  out_->flush();
}

void EventView::Finish() {
  base::MutexLock lock(mutex_);
  EraseBar();
  has_progress_ = false;
  EndLine();
  for (const auto& [name, reveal] : reveals_) {
    const std::string note = reveal.Finish(fold_.Find(name)->content);
    if (note.empty()) continue;
    EnterStream(name);
    *out_ << note;
  }
  out_->flush();
}

void EventView::ShowOutput(const v1::Event& event) {
  const OutputName name(event.task(), event.output().stream());
  const bool first = fold_.Find(name) == nullptr;
  const absl::StatusOr<const OutputFold::Stream*> stream = fold_.Apply(event.task(), event.output());
  if (!stream.ok()) {
    WriteLine(DisplayText(std::string(stream.status().message())));
    return;
  }
  if ((*stream)->binary) {
    if (first)
      WriteLine(absl::StrCat("stream \"", DisplayText(name.second), "\" of task ", name.first, " sends bytes"));
    return;
  }
  const std::string text = reveals_[name].Update((*stream)->content, static_cast<size_t>(event.output().offset()));
  if (text.empty()) return;
  EraseBar();
  EnterStream(name);
  *out_ << DisplayText(text, Lines::kMany);
  mid_line_ = text.back() != '\n';
  DrawBar();
}

void EventView::EnterStream(const OutputName& name) {
  if (name == current_) return;
  EndLine();
  current_ = name;
  const std::string stream = name.second.empty() ? "" : absl::StrCat(", stream \"", DisplayText(name.second), "\"");
  *out_ << "[task " << name.first << stream << "]\n";
}

void EventView::WriteLine(std::string_view line) {
  EraseBar();
  EndLine();
  *out_ << line << '\n';
  DrawBar();
}

void EventView::EndLine() {
  if (mid_line_) *out_ << '\n';
  mid_line_ = false;
}

void EventView::EraseBar() {
  if (bar_drawn_) *out_ << "\r\x1b[K";
  bar_drawn_ = false;
}

void EventView::DrawBar() {
  // An open line of output belongs to the output: the bar comes back with its end.
  if (!has_progress_ || mid_line_) return;
  *out_ << RenderProgressBar(progress_, options_.columns() - 1);
  bar_drawn_ = true;
}

}  // namespace flowmesh::cli
