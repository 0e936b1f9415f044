#include "tests/bench/measurement.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace flowmesh::bench {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&quoted, "\\u%04x", static_cast<unsigned int>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string Number(double value) { return absl::StrFormat("%.10g", std::round(value * 1000) / 1000); }

std::string ToObject(const Conditions& conditions) {
  std::string object;
  for (const auto& [name, value] : conditions) {
    absl::StrAppend(&object, object.empty() ? "" : ", ", Quoted(name), ": ", Quoted(value));
  }
  return absl::StrCat("{", object, "}");
}

std::string Words(const Reach& reach) {
  return absl::StrCat(reach.side == Reach::Side::kAtLeast ? "at least " : "below ", Number(reach.value));
}

bool IsMet(const Reach& reach, double value) {
  return reach.side == Reach::Side::kAtLeast ? value >= reach.value : value < reach.value;
}

std::string ProcessorName() {
  std::ifstream in("/proc/cpuinfo");
  std::string line;
  while (std::getline(in, line)) {
    const size_t colon = line.find(": ");
    if (line.rfind("model name", 0) == 0 && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string FileSystemOf(const std::string& directory) {
  struct statfs found {};
  if (statfs(directory.c_str(), &found) != 0) return "unknown";
  struct Named {
    uint64_t magic;
    const char* name;
  };
  constexpr std::array<Named, 5> kNames = {
      {{0xEF53, "ext4"}, {0x01021994, "tmpfs"}, {0x794c7630, "overlayfs"}, {0x9123683E, "btrfs"}, {0x58465342, "xfs"}}};
  for (const Named& named : kNames) {
    if (static_cast<uint64_t>(found.f_type) == named.magic) return named.name;
  }
  return absl::StrFormat("magic %#x", static_cast<uint64_t>(found.f_type));
}

Samples SyncTimes(const std::string& directory) {
  Samples samples;
  std::string path = directory + "/sync-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0) return samples;
  const std::array<char, 4096> page{};
  const int64_t first = NowNanos();
  for (int i = 0; i < 50 && SecondsSince(first) < 2; ++i) {
    const int64_t begin = NowNanos();
    if (write(file, page.data(), page.size()) < 0 || fdatasync(file) != 0) break;
    samples.Add(NowNanos() - begin);
  }
  close(file);
  unlink(path.c_str());
  return samples;
}

}  // namespace

int64_t NowNanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double SecondsSince(int64_t nanos) { return static_cast<double>(NowNanos() - nanos) / 1e9; }

double Samples::Milliseconds(double share) const {
  if (nanos_.empty()) return 0;
  std::vector<int64_t> sorted = nanos_;
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  const size_t index = std::min(rank == 0 ? 0 : rank - 1, sorted.size() - 1);
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(index), sorted.end());
  return static_cast<double>(sorted[index]) / 1e6;
}

void Report::SetCondition(const std::string& name, const std::string& value) { conditions_.emplace_back(name, value); }

void Report::Add(const std::string& name, double value, const std::string& unit, const Conditions& conditions,
                 std::optional<Reach> reach) {
  const std::string judged =
      reach ? absl::StrCat("   (reach: ", Words(*reach), IsMet(*reach, value) ? ")" : ", missed)") : "";
  absl::FPrintF(stderr, "  %-34s %12s %-4s%s\n", name, Number(value), unit, judged);
  metrics_.push_back({name, value, unit, conditions, reach});
}

void Report::AddLatency(const std::string& name, const Samples& samples, const Conditions& conditions,
                        std::optional<Reach> p50, std::optional<Reach> p99) {
  if (samples.size() == 0) {
    AddError(name, "nothing was done in the time");
    return;
  }
  Conditions with_count = conditions;
  with_count.emplace_back("samples", absl::StrCat(samples.size()));
  Add(name + ".p50", samples.Milliseconds(0.5), "ms", with_count, p50);
  Add(name + ".p99", samples.Milliseconds(0.99), "ms", with_count, p99);
}

void Report::AddError(const std::string& name, const std::string& message) {
  absl::FPrintF(stderr, "  FAILED: %s\n", message);
  errors_.emplace_back(name, message);
}

std::string Report::ToJson() const {
  std::string metrics;
  for (const Metric& metric : metrics_) {
    absl::StrAppend(&metrics, metrics.empty() ? "\n" : ",\n", "    ", Quoted(metric.name),
                    ": {\"value\": ", Number(metric.value), ", \"unit\": ", Quoted(metric.unit));
    if (metric.reach) {
      absl::StrAppend(&metrics, ", \"reach\": ", Quoted(Words(*metric.reach)),
                      ", \"reached\": ", IsMet(*metric.reach, metric.value) ? "true" : "false");
    }
    absl::StrAppend(&metrics, ", \"conditions\": ", ToObject(metric.conditions), "}");
  }
  return absl::StrCat("{\n  \"conditions\": ", ToObject(conditions_), ",\n  \"metrics\": {", metrics,
                      "\n  },\n  \"errors\": ", ToObject(errors_), "\n}\n");
}

Conditions MachineConditions(const std::string& directory) {
  std::array<double, 1> load = {0};
  if (getloadavg(load.data(), 1) < 1) load[0] = -1;
#ifdef NDEBUG
  const std::string build = "optimised";
#else
  const std::string build = "with assertions";
#endif
  const Samples sync = SyncTimes(directory);
  return {{"cores", absl::StrCat(std::thread::hardware_concurrency())},
          {"processor", ProcessorName()},
          {"load_before", absl::StrFormat("%.2f", load[0])},
          {"file_system", FileSystemOf(directory)},
          {"fdatasync_ms_p50", absl::StrFormat("%.3f", sync.Milliseconds(0.5))},
          {"fdatasync_ms_max", absl::StrFormat("%.3f", sync.Milliseconds(1))},
          {"build", build}};
}

}  // namespace flowmesh::bench
