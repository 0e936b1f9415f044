#include "workers/flows/poem/model_poem_writer.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "workers/flows/model_task/model_task.h"
#include "workers/flows/poem/poem_delivery.h"
#include "workers/flows/poem/poem_prompt.h"
#include "workers/flows/poem/verse_reader.h"
#include "workers/models/provider/model_error.h"

namespace flowmesh::flows {
namespace {

// Models that think before they write spend tokens on that too.
constexpr int kMaxTokens = 4096;

class PoemSink : public models::TextSink {
 public:
  PoemSink(sdk::TaskContext* context, std::string who, int usual_lines)
      : context_(context), who_(std::move(who)), delivery_(context, usual_lines) {
    StartReader();
  }

  absl::Status OnText(const std::string& text) override { return BadIf(reader_->Feed(text)); }
  absl::Status OnRestart() override {
    context_->Warning("The model starts again: the poem is written anew from its first line");
    delivery_.Restart();
    StartReader();
    return absl::OkStatus();
  }
  void OnUsage(const models::ModelUsage& usage) override { context_->ReportUsage(UsageEvent(usage)); }

  absl::Status Finish() {
    if (absl::Status status = BadIf(reader_->Finish()); !status.ok()) return status;
    if (delivery_.lines() == 0) return models::ModelError(models::ModelFailure::kBadAnswer, who_, "wrote no verse");
    delivery_.Finish();
    return absl::OkStatus();
  }

  const std::string& title() const { return reader_->title(); }
  const PoemDelivery& delivery() const { return delivery_; }

 private:
  void StartReader() {
    reader_.emplace(VerseReader::Listener{.on_line = [this](const std::string& line) { delivery_.Line(line); },
                                          .on_stanza_end = [this] { delivery_.EndStanza(); }});
  }
  absl::Status BadIf(const absl::Status& status) const {
    if (status.ok()) return status;
    return models::ModelError(models::ModelFailure::kBadAnswer, who_,
                              absl::StrCat("wrote no poem of usual size: ", std::string(status.message())));
  }

  sdk::TaskContext* const context_;
  const std::string who_;
  PoemDelivery delivery_;
  std::optional<VerseReader> reader_;
};

}  // namespace

absl::StatusOr<poem::v1::Poem> ModelPoemWriter::Write(sdk::TaskContext& context, const PoemOrder& order) {
  const models::TextRequest request{.messages = PoemPrompt(order),
                                    .max_tokens = kMaxTokens,
                                    .seed = static_cast<int64_t>(order.seed & 0x7FFFFFFF),
                                    .idempotency_key = context.idempotency_key(),
                                    .traceparent = context.traceparent()};
  PoemSink sink(&context, name(), UsualLines(order.form));
  absl::StatusOr<models::TextResult> result =
      model_->Generate(request, sink, ContextCancellation<sdk::TaskContext>(&context));
  absl::Status status = result.status();
  if (status.ok()) status = sink.Finish();
  if (status.ok() && result->finish_reason == models::FinishReason::kLength) {
    status = models::ModelError(models::ModelFailure::kBadAnswer, name(),
                                absl::StrCat("used up ", kMaxTokens, " tokens before the poem was done"));
  }
  const int lines = sink.delivery().lines();
  if (absl::IsCancelled(status)) return absl::CancelledError(absl::StrCat("stopped after line ", lines));
  if (!status.ok()) return TaskFailure(status);
  if (HasFixedLines(order.form) && lines != UsualLines(order.form)) {
    context.Warning(absl::StrCat("The model wrote ", lines, " lines; a ", order.form, " has ", UsualLines(order.form)));
  }
  poem::v1::Poem poem = sink.delivery().poem();
  poem.set_title(sink.title().empty() ? order.title : sink.title());
  poem.set_form(order.form);
  poem.set_model(absl::StrCat(result->usage.provider, "/", result->usage.model));
  return poem;
}

}  // namespace flowmesh::flows
