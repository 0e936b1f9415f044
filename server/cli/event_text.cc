#include "server/cli/event_text.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/cli/display_text.h"
#include "server/cli/progress_bar.h"

namespace flowmesh::cli {
namespace {

constexpr char kRed[] = "\x1b[31m";
constexpr char kGreen[] = "\x1b[32m";
constexpr char kYellow[] = "\x1b[33m";
constexpr char kDim[] = "\x1b[2m";
constexpr char kReset[] = "\x1b[0m";

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

const char* LevelColour(v1::LogLine::Level level) {
  switch (level) {
    case v1::LogLine::ERROR:
      return kRed;
    case v1::LogLine::WARNING:
      return kYellow;
    case v1::LogLine::DEBUG:
      return kDim;
    default:
      return "";
  }
}

const char* StateColour(v1::Execution::State state) {
  switch (state) {
    case v1::Execution::COMPLETED:
      return kGreen;
    case v1::Execution::FAILED:
    case v1::Execution::TIMED_OUT:
      return kRed;
    case v1::Execution::COMPLETED_WITH_ERRORS:
    case v1::Execution::CANCELLED:
    case v1::Execution::CANCELLING:
      return kYellow;
    default:
      return "";
  }
}

std::string LogWords(const v1::LogLine& log) {
  std::string out = DisplayText(log.message());
  const std::map<std::string, std::string> attributes(log.attributes().begin(), log.attributes().end());
  const char* separator = "  ";
  for (const auto& [name, value] : attributes) {
    absl::StrAppend(&out, separator, DisplayText(name), "=", DisplayText(value));
    separator = " ";
  }
  return out;
}

std::string ChildWords(const v1::TaskChange& child) {
  std::string out =
      absl::StrCat("task ", child.task(), " ", DisplayText(child.call_key()), " ", v1::Task::State_Name(child.state()));
  if (child.attempt() > 1) absl::StrAppend(&out, ", attempt ", child.attempt());
  if (child.has_failure()) absl::StrAppend(&out, "  ", RenderFailure(child.failure()));
  return out;
}

std::string UsageWords(const v1::Usage& usage) {
  std::string out =
      absl::StrFormat("%s/%s  %d tokens in, %d out, %d ms", DisplayText(usage.provider()), DisplayText(usage.model()),
                      usage.input_tokens(), usage.output_tokens(), usage.latency_ms());
  if (usage.cost() > 0) absl::StrAppendFormat(&out, ", $%.4f", usage.cost());
  if (usage.fallback()) out += ", fallback";
  return out;
}

// The word in the level's column, its colour, and the rest of the line.
struct Line {
  std::string word;
  const char* colour = "";
  std::string text;
};

Line LineOf(const v1::Event& event) {
  switch (event.kind_case()) {
    case v1::Event::kLog: {
      const v1::LogLine& log = event.log();
      const auto level = log.level() == v1::LogLine::LEVEL_UNSPECIFIED ? v1::LogLine::INFO : log.level();
      const std::string name = v1::LogLine::Level_Name(level);
      return {name.empty() ? "LOG" : name, LevelColour(level), LogWords(log)};
    }
    case v1::Event::kProgress:
      return {"progress", kDim, RenderProgress(event.progress())};
    case v1::Event::kState: {
      std::string text = v1::Execution::State_Name(event.state().state());
      if (event.state().has_failure()) absl::StrAppend(&text, "  ", RenderFailure(event.state().failure()));
      return {"state", StateColour(event.state().state()), text};
    }
    case v1::Event::kChild:
      return {"task", kDim, ChildWords(event.child())};
    case v1::Event::kUsage:
      return {"usage", kDim, UsageWords(event.usage())};
    case v1::Event::kArtifact:
      return {"artifact", "",
              absl::StrCat(DisplayText(event.artifact().name()), "  ", DisplayText(event.artifact().media_type()), ", ",
                           RenderBytes(event.artifact().size()), "  ", DisplayText(event.artifact().uri()))};
    default:
      return {"event", kDim, "of a kind that this program does not know; a newer flowmesh shows it"};
  }
}

}  // namespace

std::string RenderEvent(const v1::Event& event, const EventStyle& style) {
  if (event.has_output()) return "";
  const Line line = LineOf(event);
  const std::string time = absl::FormatTime("%H:%M:%E3S", ToTime(event.time()), style.zone);
  if (!style.colour) return absl::StrFormat("%s %-8s %s", time, line.word, line.text);
  return absl::StrFormat("%s%s%s %s%-8s %s%s", kDim, time, kReset, line.colour, line.word, line.text, kReset);
}

std::string RenderFailure(const v1::Failure& failure) {
  if (failure.reason().empty()) return DisplayText(failure.message());
  return absl::StrCat(DisplayText(failure.reason()), ": ", DisplayText(failure.message()));
}

std::string RenderBytes(int64_t bytes) {
  if (bytes < 1000) return absl::StrCat(bytes, " B");
  if (bytes < 1000000) return absl::StrFormat("%.4g kB", static_cast<double>(bytes) / 1e3);
  return absl::StrFormat("%.4g MB", static_cast<double>(bytes) / 1e6);
}

std::string RenderTime(const google::protobuf::Timestamp& time, bool is_set, const absl::TimeZone& zone) {
  return is_set ? absl::FormatTime("%Y-%m-%d %H:%M:%S", ToTime(time), zone) : "";
}

}  // namespace flowmesh::cli
