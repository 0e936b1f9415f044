#ifndef FLOWMESH_WORKERS_METRICS_MEASURED_TEXT_MODEL_H_
#define FLOWMESH_WORKERS_METRICS_MEASURED_TEXT_MODEL_H_

#include <memory>
#include <string>

#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "workers/models/text/text_model.h"

namespace flowmesh::workers {

// A text model whose calls are counted as flowmesh_model_*, with the configured provider and model as labels and the
// reason of a failure as outcome. A failed call is logged, without what the provider said. As thread-safe as the model.
class MeasuredTextModel : public models::TextModel {
 public:
  // `families` must outlive this.
  MeasuredTextModel(std::shared_ptr<models::TextModel> model, prometheus::Registry& families);

  std::string name() const override { return model_->name(); }
  absl::StatusOr<models::TextResult> Generate(const models::TextRequest& request, models::TextSink& sink,
                                              const models::Cancellation& cancellation) override;

 private:
  const std::shared_ptr<models::TextModel> model_;
  const prometheus::Labels labels_;  // provider and model
  prometheus::Family<prometheus::Counter>& calls_;
  prometheus::Gauge& open_;
  prometheus::Histogram& duration_;
  prometheus::Histogram& first_text_;
  prometheus::Counter& input_tokens_;
  prometheus::Counter& output_tokens_;
};

}  // namespace flowmesh::workers

#endif  // FLOWMESH_WORKERS_METRICS_MEASURED_TEXT_MODEL_H_
