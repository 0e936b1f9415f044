#include "workers/flows/poem/poem_flow.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "workers/flows/poem/builtin_poem_writer.h"
#include "workers/flows/poem/model_poem_writer.h"
#include "workers/flows/poem/poem_writer.h"

namespace flowmesh::flows {
namespace {

// As the contract spells them.
constexpr std::array<const char*, 6> kForms = {"sonnet", "ballad", "limerick", "haiku", "couplets", "free"};

absl::StatusOr<std::string> ChooseForm(const std::string& name, uint64_t seed) {
  if (name.empty()) return kForms[seed % kForms.size()];
  if (std::find(kForms.begin(), kForms.end(), name) != kForms.end()) return name;
  return absl::InvalidArgumentError(absl::StrCat(
      "the form '", name, "' is unknown: use sonnet, ballad, limerick, haiku, couplets or free, or leave it empty"));
}

int CountLines(const poem::v1::Poem& poem) {
  int lines = 0;
  for (const poem::v1::Poem::Stanza& stanza : poem.stanzas()) lines += stanza.lines_size();
  return lines;
}

std::shared_ptr<PoemWriter> WriterFor(const PoemOptions& options) {
  if (options.model == nullptr) return std::make_shared<BuiltinPoemWriter>(options.line_pace);
  return std::make_shared<ModelPoemWriter>(options.model);
}

absl::StatusOr<poem::v1::Poem> WriteWith(PoemWriter& writer, sdk::TaskContext& context,
                                         const poem::v1::WritePoem& request) {
  if (request.title().empty()) return absl::InvalidArgumentError("title is empty: say what the poem is about");
  const uint64_t seed = request.seed() != 0 ? static_cast<uint32_t>(request.seed()) : context.random().seed();
  const absl::StatusOr<std::string> form = ChooseForm(request.form(), seed);
  if (!form.ok()) return form.status();

  context.Info(absl::StrCat("Writing a poem: form ", *form, ", about \"", request.title(), "\""),
               {{"form", *form}, {"model", writer.name()}, {"seed", absl::StrCat(seed)}});
  if (context.output_end() > 0) {
    context.Info("An earlier attempt was cut short: the poem is written again from its first line");
    context.RestartOutput();
  }
  absl::StatusOr<poem::v1::Poem> poem = writer.Write(
      context, {.title = request.title(), .description = request.description(), .form = *form, .seed = seed});
  if (!poem.ok()) return poem.status();
  context.Info(absl::StrCat("The poem is done: ", poem->stanzas_size(), " stanzas, ", CountLines(*poem), " lines"));
  return poem;
}

}  // namespace

absl::StatusOr<poem::v1::Poem> WritePoem(sdk::TaskContext& context, const poem::v1::WritePoem& request,
                                         const PoemOptions& options) {
  return WriteWith(*WriterFor(options), context, request);
}

void RegisterPoem(sdk::Worker& worker, const PoemOptions& options) {
  worker.Serve("poem", [writer = WriterFor(options)](sdk::TaskContext& context, const poem::v1::WritePoem& request) {
    return WriteWith(*writer, context, request);
  });
}

}  // namespace flowmesh::flows
