#ifndef FLOWMESH_TESTS_WORKERS_MODELS_OPENAI_RECORDING_SINK_H_
#define FLOWMESH_TESTS_WORKERS_MODELS_OPENAI_RECORDING_SINK_H_

#include <functional>
#include <string>
#include <vector>

#include "workers/models/text/text_model.h"

namespace flowmesh::models {

// Keeps what a model tells.
class RecordingSink : public TextSink {
 public:
  absl::Status OnText(const std::string& text) override {
    texts.push_back(text);
    return on_text ? on_text() : absl::OkStatus();
  }
  absl::Status OnRestart() override {
    texts.clear();
    return absl::OkStatus();
  }
  void OnUsage(const ModelUsage& usage) override { usages.push_back(usage); }

  std::vector<std::string> texts;
  std::vector<ModelUsage> usages;
  std::function<absl::Status()> on_text;
};

}  // namespace flowmesh::models

#endif  // FLOWMESH_TESTS_WORKERS_MODELS_OPENAI_RECORDING_SINK_H_
