#include "workers/flows/poem/poem_flow.h"

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "workers/models/builtin/poem_form.h"
#include "workers/models/builtin/poem_writer.h"

namespace flowmesh::flows {
namespace {

struct NamedForm {
  const char* name;  // as the contract spells it
  models::PoemForm form;
};

constexpr std::array<NamedForm, 6> kForms = {{{"sonnet", models::PoemForm::kSonnet},
                                              {"ballad", models::PoemForm::kBallad},
                                              {"limerick", models::PoemForm::kLimerick},
                                              {"haiku", models::PoemForm::kHaiku},
                                              {"couplets", models::PoemForm::kCouplets},
                                              {"free", models::PoemForm::kFreeVerse}}};

absl::StatusOr<NamedForm> ChooseForm(const std::string& name, uint64_t seed) {
  if (name.empty()) return kForms[seed % kForms.size()];
  for (const NamedForm& form : kForms) {
    if (name == form.name) return form;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "the form '", name, "' is unknown: use sonnet, ballad, limerick, haiku, couplets or free, or leave it empty"));
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

v1::Usage UsageOf(const poem::v1::WritePoem& request, const models::WrittenPoem& written, absl::Duration took) {
  v1::Usage usage;
  usage.set_provider("builtin");
  usage.set_model("poet-1");
  usage.set_input_tokens(CountWords(request.title()) + CountWords(request.description()));
  int words = 0;
  for (const auto& stanza : written.stanzas) {
    for (const std::string& line : stanza) words += CountWords(line);
  }
  usage.set_output_tokens(words);
  usage.set_latency_ms(static_cast<int32_t>(absl::ToInt64Milliseconds(took)));
  return usage;
}

// Outputs the poem at its pace. CANCELLED, naming how far it came, when the work shall stop.
absl::Status Recite(sdk::TaskContext& context, const models::WrittenPoem& written, absl::Duration pace) {
  const int total = CountLines(written);
  const int stanzas = static_cast<int>(written.stanzas.size());
  int done = 0;
  for (int s = 0; s < stanzas; ++s) {
    for (size_t l = 0; l < written.stanzas[s].size(); ++l) {
      const absl::Duration pause = done == 0 ? absl::ZeroDuration() : pace;
      if (context.WaitCancelled(pause)) return absl::CancelledError(absl::StrCat("stopped after line ", done));
      const bool after_blank_line = s > 0 && l == 0;
      context.Output(absl::StrCat(after_blank_line ? "\n" : "", written.stanzas[s][l], "\n"));
      ++done;
      context.Progress(done * 100 / total, absl::StrCat("line ", done, " of ", total),
                       {{"lines", done}, {"stanzas", l + 1 == written.stanzas[s].size() ? s + 1 : s}});
    }
    context.Debug(absl::StrCat("stanza ", s + 1, " of ", stanzas, " is written"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<poem::v1::Poem> WritePoem(sdk::TaskContext& context, const poem::v1::WritePoem& request,
                                         const PoemOptions& options) {
  if (request.title().empty()) return absl::InvalidArgumentError("title is empty: say what the poem is about");
  const uint64_t seed = request.seed() != 0 ? static_cast<uint32_t>(request.seed()) : context.random().seed();
  const absl::StatusOr<NamedForm> form = ChooseForm(request.form(), seed);
  if (!form.ok()) return form.status();

  const std::string about = absl::StrCat("form ", form->name, ", about \"", request.title(), "\"");
  context.Info(absl::StrCat("Writing a poem: ", about),
               {{"form", form->name}, {"model", models::kBuiltinPoet}, {"seed", absl::StrCat(seed)}});
  if (context.output_end() > 0) {
    context.Info("An earlier attempt was cut short: the poem is written again from its first line");
    context.RestartOutput();
  }
  const absl::Time begin = context.Now();
  const models::PoemSubject subject{
      .title = request.title(), .description = request.description(), .form = form->form, .seed = seed};
  const absl::StatusOr<models::WrittenPoem> written =
      models::WritePoem(subject, [&context](int, int, const std::string&) { return !context.cancelled(); });
  if (!written.ok()) return written.status();
  if (absl::Status recited = Recite(context, *written, options.line_pace); !recited.ok()) return recited;
  context.ReportUsage(UsageOf(request, *written, context.Now() - begin));
  context.Info(
      absl::StrCat("The poem is done: ", written->stanzas.size(), " stanzas, ", CountLines(*written), " lines"));

  poem::v1::Poem poem;
  poem.set_title(written->title);
  poem.set_form(form->name);
  poem.set_model(models::kBuiltinPoet);
  for (const auto& lines : written->stanzas) {
    poem::v1::Poem::Stanza& stanza = *poem.add_stanzas();
    for (const std::string& line : lines) stanza.add_lines(line);
  }
  return poem;
}

void RegisterPoem(sdk::Worker& worker, PoemOptions options) {
  worker.Serve("poem", [options](sdk::TaskContext& context, const poem::v1::WritePoem& request) {
    return WritePoem(context, request, options);
  });
}

}  // namespace flowmesh::flows
