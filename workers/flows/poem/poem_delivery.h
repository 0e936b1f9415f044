#ifndef FLOWMESH_WORKERS_FLOWS_POEM_POEM_DELIVERY_H_
#define FLOWMESH_WORKERS_FLOWS_POEM_POEM_DELIVERY_H_

#include <string>

#include "flowmesh/poem/v1/poem.pb.h"
#include "workers/sdk/task_context.h"

namespace flowmesh::flows {

// Gives a poem to its readers line by line and collects it for the result. Not thread-safe.
class PoemDelivery {
 public:
  // `expected_lines`: what 100 % of the progress is, a guess if need be. `context` must outlive it.
  PoemDelivery(sdk::TaskContext* context, int expected_lines) : context_(context), expected_lines_(expected_lines) {}

  void Line(const std::string& text);

  // The next line begins a stanza; nothing while the stanza has no line.
  void EndStanza();

  // Takes back everything, the output too.
  void Restart();

  // The last line was delivered: the progress is complete.
  void Finish();

  int lines() const { return lines_; }
  // The stanzas so far; title, form and model are the writer's.
  const poem::v1::Poem& poem() const { return poem_; }

 private:
  void TellProgress();

  sdk::TaskContext* const context_;
  int expected_lines_;
  poem::v1::Poem poem_;
  int lines_ = 0;
  bool stanza_open_ = false;
};

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_POEM_POEM_DELIVERY_H_
