#ifndef FLOWMESH_WORKERS_FLOWS_POEM_MODEL_POEM_WRITER_H_
#define FLOWMESH_WORKERS_FLOWS_POEM_MODEL_POEM_WRITER_H_

#include <memory>
#include <string>

#include "workers/flows/poem/poem_writer.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::flows {

// Lets a text model write. Every line goes out as soon as the model has ended it; when the model starts anew, or a new
// attempt does, the output is replaced from its start. Equal orders need not give equal poems. Fails with the reasons
// of ModelFailure; BAD_ANSWER also for a text without verse, with too much of it, or cut by the token limit.
class ModelPoemWriter : public PoemWriter {
 public:
  explicit ModelPoemWriter(std::shared_ptr<models::TextModel> model) : model_(std::move(model)) {}

  std::string name() const override { return model_->name(); }
  absl::StatusOr<poem::v1::Poem> Write(sdk::TaskContext& context, const PoemOrder& order) override;

 private:
  const std::shared_ptr<models::TextModel> model_;
};

}  // namespace flowmesh::flows

#endif  // FLOWMESH_WORKERS_FLOWS_POEM_MODEL_POEM_WRITER_H_
