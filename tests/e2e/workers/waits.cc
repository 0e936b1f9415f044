#include "tests/e2e/workers/waits.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "flowmesh/faults/v1/faults.pb.h"

namespace flowmesh::faults {
namespace {

using sdk::Flow;
using sdk::FlowContext;
using v1::Word;

constexpr sdk::TaskType<Word, Word> kTranslate{"translate"};

class WaitsCode {
 public:
  explicit WaitsCode(Ledger* ledger) : ledger_(ledger) {}

  Flow<std::string> Draw(FlowContext& flow, std::string key) const {
    auto step = [&](sdk::StepContext& context) -> absl::StatusOr<std::string> {
      const Work work{context.execution_id(), key, context.attempt()};
      std::string draw = ledger_->Start(work);
      ledger_->Finish(work, draw);
      return draw;
    };
    auto running = flow.Run(key, step);
    std::string number = co_await std::move(running);
    co_return number;
  }

  Flow<v1::Words> Listen(FlowContext& flow, v1::Listen request) const {
    auto drawing = Draw(flow, "first").SharingScope();
    co_await std::move(drawing);
    v1::Words heard;
    for (int i = 0; i < request.words(); ++i) {
      auto waiting = flow.WaitSignal<Word>("word");
      const Word word = co_await std::move(waiting);
      heard.add_words(word.value());
    }
    co_return heard;
  }

  static Flow<v1::Words> Ask(FlowContext& flow, v1::Ask request) {
    const absl::Duration timeout = request.timeout_ms() > 0 ? absl::Milliseconds(request.timeout_ms()) : absl::Hours(1);
    auto opening = flow.External<Word>().Timeout(timeout);
    sdk::ExternalWait<Word> outside = co_await std::move(opening);
    flow.Info("asked", {{"token", outside.token()}});
    const Word answer = co_await std::move(outside);
    v1::Words words;
    words.add_words(answer.value());
    co_return words;
  }

  Flow<v1::Words> Doze(FlowContext& flow, v1::Doze request) const {
    auto before = Draw(flow, "before").SharingScope();
    std::string first = co_await std::move(before);
    co_await flow.Sleep(absl::Milliseconds(request.sleep_ms()));
    auto after = Draw(flow, "after").SharingScope();
    std::string second = co_await std::move(after);
    v1::Words words;
    words.add_words(std::move(first));
    words.add_words(std::move(second));
    co_return words;
  }

  static Flow<v1::Words> Dictate(FlowContext& flow, v1::Dictate request) {
    auto translate = [&](const std::string& word) {
      Word spoken;
      spoken.set_value(word);
      return flow.Try(flow.Call(kTranslate, spoken));
    };
    const size_t at_once =
        request.at_once() > 0 ? static_cast<size_t>(request.at_once()) : std::numeric_limits<size_t>::max();
    auto translating = flow.ForEach(request.words(), translate).Limit(at_once);
    const std::vector<absl::StatusOr<Word>> translations = co_await std::move(translating);
    v1::Words words;
    for (const absl::StatusOr<Word>& translation : translations) {
      words.add_words(translation.ok() ? translation->value()
                                       : absl::StrCat("-", sdk::FailureFrom(translation.status()).reason()));
    }
    co_return words;
  }

 private:
  Ledger* const ledger_;
};

}  // namespace

void ServeWaits(Ledger* ledger, int code_version, sdk::Worker* worker) {
  const WaitsCode code(ledger);
  sdk::TaskOptions options;
  options.code_version = code_version;
  auto listen = [code](FlowContext& flow, v1::Listen request) { return code.Listen(flow, std::move(request)); };
  auto doze = [code](FlowContext& flow, v1::Doze request) { return code.Doze(flow, std::move(request)); };
  worker->ServeFlow("listen", listen, options);
  worker->ServeFlow("doze", doze, options);
  worker->ServeFlow("ask", WaitsCode::Ask, options);
  worker->ServeFlow("dictate", WaitsCode::Dictate, options);
}

}  // namespace flowmesh::faults
