#include "workers/flows/poem/builtin_poem_writer.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "workers/flows/poem/poem_delivery.h"
#include "workers/models/builtin/verse/poem_form.h"
#include "workers/models/builtin/verse/poem_writer.h"

namespace flowmesh::flows {
namespace {

// `form` as the contract spells it.
absl::StatusOr<models::PoemForm> FormOf(const std::string& form) {
  if (form == "free") return models::PoemForm::kFreeVerse;
  return models::ParsePoemForm(form);
}

int CountLines(const models::WrittenPoem& poem) {
  int lines = 0;
  for (const auto& stanza : poem.stanzas) lines += static_cast<int>(stanza.size());
  return lines;
}

int CountWords(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, absl::ByAnyChar(" \n\t"), absl::SkipEmpty());
  return static_cast<int>(words.size());
}

v1::Usage UsageOf(const PoemOrder& order, const models::WrittenPoem& written, absl::Duration took) {
  v1::Usage usage;
  usage.set_provider("builtin");
  usage.set_model("poet-1");
  usage.set_input_tokens(CountWords(order.title) + CountWords(order.description));
  int words = 0;
  for (const auto& stanza : written.stanzas) {
    for (const std::string& line : stanza) words += CountWords(line);
  }
  usage.set_output_tokens(words);
  usage.set_latency_ms(static_cast<int32_t>(absl::ToInt64Milliseconds(took)));
  return usage;
}

}  // namespace

std::string BuiltinPoemWriter::name() const { return models::kBuiltinPoet; }

absl::StatusOr<poem::v1::Poem> BuiltinPoemWriter::Write(sdk::TaskContext& context, const PoemOrder& order) {
  const absl::StatusOr<models::PoemForm> form = FormOf(order.form);
  if (!form.ok()) return form.status();
  const absl::Time begin = context.Now();
  const models::PoemSubject subject{
      .title = order.title, .description = order.description, .form = *form, .seed = order.seed};
  const absl::StatusOr<models::WrittenPoem> written =
      models::WritePoem(subject, [&context](int, int, const std::string&) { return !context.cancelled(); });
  if (!written.ok()) return written.status();

  PoemDelivery delivery(&context, CountLines(*written));
  for (const std::vector<std::string>& stanza : written->stanzas) {
    for (const std::string& line : stanza) {
      const absl::Duration pause = delivery.lines() == 0 ? absl::ZeroDuration() : line_pace_;
      if (context.WaitCancelled(pause)) {
        return absl::CancelledError(absl::StrCat("stopped after line ", delivery.lines()));
      }
      delivery.Line(line);
    }
    delivery.EndStanza();
  }
  delivery.Finish();
  context.ReportUsage(UsageOf(order, *written, context.Now() - begin));

  poem::v1::Poem poem = delivery.poem();
  poem.set_title(written->title);
  poem.set_form(order.form);
  poem.set_model(models::kBuiltinPoet);
  return poem;
}

}  // namespace flowmesh::flows
