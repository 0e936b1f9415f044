#include "workers/flows/poem/poem_delivery.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace flowmesh::flows {

void PoemDelivery::Line(const std::string& text) {
  const bool after_blank_line = !stanza_open_ && lines_ > 0;
  if (!stanza_open_) poem_.add_stanzas();
  stanza_open_ = true;
  poem_.mutable_stanzas(poem_.stanzas_size() - 1)->add_lines(text);
  ++lines_;
  context_->Output(absl::StrCat(after_blank_line ? "\n" : "", text, "\n"));
  TellProgress();
}

void PoemDelivery::EndStanza() {
  if (!stanza_open_) return;
  stanza_open_ = false;
  context_->Debug(absl::StrCat("stanza ", poem_.stanzas_size(), " is written"));
}

void PoemDelivery::Restart() {
  poem_.Clear();
  lines_ = 0;
  stanza_open_ = false;
  context_->RestartOutput();
}

void PoemDelivery::Finish() {
  EndStanza();
  if (lines_ == expected_lines_) return;
  expected_lines_ = lines_;
  TellProgress();
}

void PoemDelivery::TellProgress() {
  const int total = std::max(expected_lines_, lines_);
  context_->Progress(lines_ * 100 / std::max(1, total), absl::StrCat("line ", lines_, " of ", total),
                     {{"lines", lines_}, {"stanzas", poem_.stanzas_size()}});
}

}  // namespace flowmesh::flows
