#include "server/metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/metrics/families.h"

namespace flowmesh::metrics {
namespace {

std::string ReadFile(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

double Number(absl::string_view text) {
  double number = 0;
  return absl::SimpleAtod(text, &number) ? number : 0;
}

// The machine's start as seconds since 1970; 0 = unknown.
double BootTime() {
  for (absl::string_view line : absl::StrSplit(ReadFile("/proc/stat"), '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (words.size() == 2 && words[0] == "btime") return Number(words[1]);
  }
  return 0;
}

// proc(5): the fields of /proc/self/stat, of which the second is a name in parentheses that may hold anything.
void AddStat(FamilyList& families) {
  const std::string stat = ReadFile("/proc/self/stat");
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return;
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(name_end + 1), ' ', absl::SkipEmpty());
  const auto field = [&](size_t number) { return number - 3 < fields.size() ? Number(fields[number - 3]) : 0; };
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  families.Counter("process_cpu_seconds_total", "Processor time spent, in user mode and in the kernel.",
                   (field(14) + field(15)) / ticks);
  families.Gauge("process_threads", "Threads.", field(20));
  families.Gauge("process_virtual_memory_bytes", "Virtual memory.", field(23));
  families.Gauge("process_resident_memory_bytes", "Resident memory.",
                 field(24) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  static const double boot = BootTime();
  if (boot > 0) {
    families.Gauge("process_start_time_seconds", "When the process began, in seconds since 1970.",
                   boot + field(22) / ticks);
  }
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics() {
  FamilyList families;
  AddStat(families);
  std::error_code error;
  std::filesystem::directory_iterator open("/proc/self/fd", error);
  if (!error) {
    const auto count = std::distance(begin(open), end(open)) - 1;  // the iteration's own
    families.Gauge("process_open_fds", "Open file descriptors.", static_cast<double>(count));
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.Gauge("process_max_fds", "File descriptors that may be open.", static_cast<double>(limit.rlim_cur));
  }
  return families.Take();
}

}  // namespace flowmesh::metrics
