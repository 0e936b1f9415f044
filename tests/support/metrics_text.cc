#include "tests/support/metrics_text.h"

#include <cmath>
#include <limits>
#include <regex>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace flowmesh::testing {
namespace {

// The buckets of one histogram series, by its labels without `le`.
struct Buckets {
  double last_bound = -std::numeric_limits<double>::infinity();
  double last_count = 0;
  std::optional<double> count;
  bool has_sum = false;
};

class Reader {
 public:
  absl::StatusOr<std::map<std::string, double>> Read(const std::string& text) {
    if (!absl::EndsWith(text, "\n")) return absl::InvalidArgumentError("the text does not end with a line end");
    for (absl::string_view line : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
      if (absl::Status status = Line(std::string(line)); !status.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(status.message(), ": ", line));
      }
    }
    if (absl::Status status = EndFamily(); !status.ok()) return status;
    return std::move(series_);
  }

 private:
  static absl::Status Wrong(const std::string& why) { return absl::InvalidArgumentError(why); }

  absl::Status Line(const std::string& line) {
    static const std::regex* const kHelp = new std::regex(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+))");
    static const std::regex* const kType =
        new std::regex(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary))");
    std::smatch match;
    if (std::regex_match(line, match, *kHelp)) {
      if (absl::Status status = EndFamily(); !status.ok()) return status;
      family_ = match[1];
      type_.clear();
      return families_.insert(family_).second ? absl::OkStatus() : Wrong("a family comes twice");
    }
    if (std::regex_match(line, match, *kType)) {
      if (match[1] != family_ || !type_.empty()) return Wrong("a TYPE that does not follow its HELP");
      type_ = match[2];
      if ((type_ == "counter") != absl::EndsWith(family_, "_total")) return Wrong("counters alone end with _total");
      return absl::OkStatus();
    }
    return Sample(line);
  }

  absl::Status Sample(const std::string& line) {
    static const std::regex* const kSample = new std::regex(R"(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+))");
    static const std::regex* const kLabel =
        new std::regex(R"re(([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,?))re");
    std::smatch match;
    if (!std::regex_match(line, match, *kSample)) return Wrong("neither comment nor sample");
    if (type_.empty()) return Wrong("a sample without a TYPE");
    const std::string name = match[1];
    const std::string labels = match[3];
    double value = 0;
    if (!absl::SimpleAtod(match[4].str(), &value)) return Wrong("no number");
    if (!series_.emplace(line.substr(0, line.rfind(' ')), value).second) return Wrong("a series comes twice");
    std::set<std::string> names;
    std::string le;
    std::string others;
    auto rest = labels.cbegin();
    while (rest != labels.cend()) {
      std::smatch label;
      if (!std::regex_search(rest, labels.cend(), label, *kLabel, std::regex_constants::match_continuous)) {
        return Wrong("malformed labels");
      }
      if (!names.insert(label[1]).second) return Wrong("a label comes twice");
      if (label[1] == "le") le = label[2];
      if (label[1] != "le") absl::StrAppend(&others, label[1].str(), "=", label[2].str(), ";");
      rest += label.length();
      if ((rest == labels.cend()) != (label[3].length() == 0)) return Wrong("a comma that is missing or too much");
    }
    if (type_ == "histogram") return Histogram(name, le, others, value);
    if (type_ == "summary") return absl::StartsWith(name, family_) ? absl::OkStatus() : Wrong("of another family");
    if (name != family_) return Wrong("of another family");
    return type_ == "counter" && !(value >= 0) ? Wrong("a negative counter") : absl::OkStatus();
  }

  absl::Status Histogram(const std::string& name, const std::string& le, const std::string& others, double value) {
    Buckets& buckets = buckets_[others];
    if (name == family_ + "_sum") buckets.has_sum = true;
    if (name == family_ + "_count") buckets.count = value;
    if (name != family_ + "_bucket")
      return buckets.has_sum || buckets.count ? absl::OkStatus() : Wrong("a bare sample");
    double bound = std::numeric_limits<double>::infinity();
    if (le != "+Inf" && !absl::SimpleAtod(le, &bound)) return Wrong("no bound");
    if (bound <= buckets.last_bound || value < buckets.last_count) return Wrong("buckets that do not rise");
    buckets.last_bound = bound;
    buckets.last_count = value;
    return absl::OkStatus();
  }

  absl::Status EndFamily() {
    for (const auto& [labels, buckets] : std::exchange(buckets_, {})) {
      if (!buckets.has_sum || buckets.count != buckets.last_count || !std::isinf(buckets.last_bound)) {
        return Wrong(absl::StrCat("the histogram ", family_, " is not complete"));
      }
    }
    return family_.empty() || !type_.empty() ? absl::OkStatus() : Wrong("a HELP without a TYPE");
  }

  std::map<std::string, double> series_;
  std::set<std::string> families_;
  std::string family_;
  std::string type_;
  std::map<std::string, Buckets> buckets_;
};

}  // namespace

absl::StatusOr<MetricsText> MetricsText::Parse(const std::string& text) {
  auto series = Reader().Read(text);
  if (!series.ok()) return series.status();
  MetricsText parsed;
  parsed.series_ = *std::move(series);
  return parsed;
}

std::optional<double> MetricsText::Find(const std::string& series) const {
  const auto found = series_.find(series);
  return found == series_.end() ? std::nullopt : std::optional<double>(found->second);
}

int MetricsText::SeriesOf(const std::string& name) const {
  int count = 0;
  for (const auto& [series, value] : series_) {
    if (series == name || absl::StartsWith(series, name + "{")) ++count;
  }
  return count;
}

}  // namespace flowmesh::testing
