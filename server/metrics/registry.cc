#include "server/metrics/registry.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "prometheus/gauge.h"
#include "prometheus/text_serializer.h"
#include "server/metrics/process_metrics.h"

namespace flowmesh::metrics {

Registry::Registry(const std::string& version) {
  prometheus::BuildGauge()
      .Name("flowmesh_build_info")
      .Help("Always 1; the label names the version.")
      .Register(families_)
      .Add({{"version", version}})
      .Set(1);
}

void Registry::Add(prometheus::Collectable* source) {
  base::MutexLock lock(mutex_);
  sources_.push_back(source);
}

void Registry::Remove(prometheus::Collectable* source) {
  base::MutexLock lock(mutex_);
  std::erase(sources_, source);
  while (scrapes_ > 0) changed_.Wait(lock);
}

std::vector<prometheus::MetricFamily> Registry::Collect() const {
  std::vector<prometheus::Collectable*> sources;
  {
    base::MutexLock lock(mutex_);
    sources = sources_;
    ++scrapes_;
  }
  std::vector<prometheus::MetricFamily> all = families_.Collect();
  std::vector<prometheus::MetricFamily> of_process = ProcessMetrics();
  std::move(of_process.begin(), of_process.end(), std::back_inserter(all));
  for (const prometheus::Collectable* source : sources) {
    std::vector<prometheus::MetricFamily> some = source->Collect();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  {
    base::MutexLock lock(mutex_);
    --scrapes_;
    changed_.NotifyAll();
  }
  std::erase_if(all, [](const prometheus::MetricFamily& family) { return family.metric.empty(); });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (prometheus::MetricFamily& family : all) {
    std::sort(family.metric.begin(), family.metric.end(),
              [](const auto& a, const auto& b) { return a.label < b.label; });
  }
  return all;
}

std::string Registry::Render() const { return prometheus::TextSerializer().Serialize(Collect()); }

}  // namespace flowmesh::metrics
