#include "server/metrics/engine_metrics.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"

namespace flowmesh::metrics {
namespace {

constexpr int kCountedDepth = 100'000;  // rows of a queue; what is deeper is shown as this
constexpr double kMicro = 1e-6;
constexpr double kMilli = 1e-3;

template <size_t n>
void AddHistogram(const std::string& name, const std::string& help, const std::array<int64_t, n>& bounds,
                  const typename engine::AtomicHistogram<n>::Counts& counts, double unit, FamilyList& families,
                  LabelList labels = {}) {
  std::vector<double> scaled;
  for (const int64_t bound : bounds) scaled.push_back(static_cast<double>(bound) * unit);
  families.Histogram(name, help, scaled, counts.counts, static_cast<double>(counts.sum) * unit, std::move(labels));
}

std::string StateLabel(size_t state) {
  return absl::AsciiStrToLower(engine::StateName(static_cast<store::ExecutionState>(state)));
}

// Sessions as the commit loop saw them between two batches.
struct Sessions {
  struct Capacity {
    int sessions = 0;
    int slots = 0;
    int slots_used = 0;
  };
  int attached = 0;
  int detached = 0;
  int draining = 0;
  int flows = 0;
  int flows_used = 0;
  size_t attempts = 0;
  Capacity all;
  std::map<std::string, Capacity> types;

  void Add(const engine::Session& session) {
    ++(session.detached ? detached : session.draining ? draining : attached);
    flows += session.flows;
    flows_used += session.flows_used;
    const auto add = [&](Capacity& capacity) {
      ++capacity.sessions;
      capacity.slots += session.slots;
      capacity.slots_used += session.slots_used;
    };
    add(all);
    for (const auto& [type, version] : session.types) add(types[type]);
  }
};

}  // namespace

void EngineMetrics::AddCommits(FamilyList& families) const {
  const engine::CommitStats& stats = engine_->commit_stats();
  const engine::CommitCounters& counters = engine_->commit_counters();
  const auto count = [](const std::atomic<int64_t>& value) { return static_cast<double>(value.load()); };
  families.Counter("flowmesh_engine_commits_total", "Batches that were committed.", count(counters.commits));
  families.Counter("flowmesh_engine_commands_total", "Commands that were committed.", count(counters.commands));
  families.Counter("flowmesh_engine_events_total", "Events that were committed.", count(counters.events));
  AddHistogram("flowmesh_engine_commit_duration_seconds", "From taking a batch to its commit.", stats.duration.bounds(),
               stats.duration.counts(), kMicro, families);
  AddHistogram("flowmesh_engine_batch_commands", "Commands of a committed batch.", stats.commands.bounds(),
               stats.commands.counts(), 1, families);
  AddHistogram("flowmesh_engine_batch_rows", "Rows that a committed batch wrote.", stats.rows.bounds(),
               stats.rows.counts(), 1, families);
  const std::string failures = "flowmesh_engine_commit_failures_total";
  const std::string what = "Batches that the store did not take, by its reason.";
  families.Counter(failures, what, count(stats.conflicts), {{"reason", "conflict"}});
  families.Counter(failures, what, count(stats.out_of_space), {{"reason", "out_of_space"}});
  families.Counter(failures, what, count(stats.declared_dead), {{"reason", "declared_dead"}});
  families.Counter(failures, what, count(stats.failures), {{"reason", "failed"}});

  families.Gauge("flowmesh_engine_replicas", "Servers on this database that are alive, with this one.",
                 engine_->replicas());
  families.Counter("flowmesh_engine_replicas_declared_dead_total", "Other servers that this one declared dead.",
                   count(stats.others_declared_dead));
  families.Counter("flowmesh_engine_mail_total", "Executions that other servers wrote about to this one.",
                   count(stats.mail));

  const engine::Lanes::Load load = engine_->load();
  const std::string items = "flowmesh_engine_lane_commands";
  const std::string bytes = "flowmesh_engine_lane_bytes";
  families.Gauge(items, "Commands that wait for the commit loop.", static_cast<double>(load.client_commands),
                 {{"lane", "client"}});
  families.Gauge(items, "", static_cast<double>(load.worker_commands), {{"lane", "worker"}});
  families.Gauge(bytes, "Payloads and frames of the commands that wait.", static_cast<double>(load.client_bytes),
                 {{"lane", "client"}});
  families.Gauge(bytes, "", static_cast<double>(load.worker_bytes), {{"lane", "worker"}});
  families.Counter("flowmesh_engine_refused_commands_total",
                   "Client commands refused with RESOURCE_EXHAUSTED because their lane was full.",
                   static_cast<double>(load.refused));
}

void EngineMetrics::AddExecutions(FamilyList& families) const {
  const engine::CommittedStats& committed = engine_->committed();
  const engine::CommitStats& stats = engine_->commit_stats();
  const engine::CommittedStats::Snapshot now = committed.snapshot();
  for (const auto& [flow, counts] : now.flows) {
    for (size_t state = 0; state < counts.ended.size(); ++state) {
      if (counts.ended[state] == 0) continue;
      families.Counter("flowmesh_engine_executions_ended_total", "Executions that became final, by flow and state.",
                       static_cast<double>(counts.ended[state]), {{"flow", flow}, {"state", StateLabel(state)}});
    }
    AddHistogram("flowmesh_engine_execution_duration_seconds",
                 "From the start of an execution (or its creation, if it never started) to its end.",
                 engine::CommittedStats::kDurationBounds, counts.duration, kMilli, families, {{"flow", flow}});
  }
  for (const auto& [type, count] : now.attempts) {
    families.Counter("flowmesh_engine_attempts_total", "Attempts that were handed to workers.",
                     static_cast<double>(count), {{"type", type}});
  }
  const std::string lost = "flowmesh_engine_attempts_lost_total";
  families.Counter(lost, "Attempts taken back because their session ended, by whose loss it was.",
                   static_cast<double>(stats.lost_by_worker), {{"by", "worker"}});
  families.Counter(lost, "", static_cast<double>(stats.lost_by_server), {{"by", "server"}});
  families.Counter("flowmesh_engine_fenced_total", "Answers to workers that an attempt is not theirs any more.",
                   static_cast<double>(committed.fenced));
  families.Counter("flowmesh_engine_event_chunks_total", "Rows of events that were written.",
                   static_cast<double>(committed.chunks));
  families.Counter("flowmesh_engine_event_bytes_total", "Packed size of the events that were written.",
                   static_cast<double>(committed.chunk_bytes));
}

void EngineMetrics::AddSessions(FamilyList& families) const {
  auto promise = std::make_shared<std::promise<Sessions>>();
  std::future<Sessions> seen = promise->get_future();
  // The scrape may be over when the loop gets to it: everything it needs is its own.
  const bool asked = engine_->Inspect([promise](const engine::CommitLoop& loop) {
    Sessions sessions;
    for (const auto& [id, session] : loop.sessions().all()) sessions.Add(*session);
    sessions.attempts = loop.sessions().attempts();
    promise->set_value(std::move(sessions));
  });
  if (!asked || seen.wait_for(absl::ToChronoMilliseconds(kPatience)) != std::future_status::ready) return;
  const Sessions sessions = seen.get();
  const std::string states = "flowmesh_engine_sessions";
  families.Gauge(states, "Sessions of workers.", sessions.attached, {{"state", "attached"}});
  families.Gauge(states, "", sessions.detached, {{"state", "detached"}});
  families.Gauge(states, "", sessions.draining, {{"state", "draining"}});
  families.Gauge("flowmesh_engine_attempts_running", "Attempts that workers hold.",
                 static_cast<double>(sessions.attempts));
  families.Gauge("flowmesh_engine_slots", "Slots of all sessions.", sessions.all.slots);
  families.Gauge("flowmesh_engine_slots_used", "Slots that are taken.", sessions.all.slots_used);
  families.Gauge("flowmesh_engine_flow_places", "Places for flows in the memory of all sessions.", sessions.flows);
  families.Gauge("flowmesh_engine_flows_in_memory", "Flows that hold one.", sessions.flows_used);
  std::map<std::string, Sessions::Capacity> types;
  for (const auto& [name, capacity] : sessions.types) {
    Sessions::Capacity& type = types[types_.Of(name)];
    type.sessions += capacity.sessions;
    type.slots += capacity.slots;
    type.slots_used += capacity.slots_used;
  }
  for (const auto& [type, capacity] : types) {
    families.Gauge("flowmesh_engine_type_sessions", "Sessions that serve the type.", capacity.sessions,
                   {{"type", type}});
    families.Gauge("flowmesh_engine_type_slots",
                   "Slots of the sessions that serve the type; they share them among all types that they serve.",
                   capacity.slots, {{"type", type}});
    families.Gauge("flowmesh_engine_type_slots_used", "Those of them that are taken, by whichever type.",
                   capacity.slots_used, {{"type", type}});
  }
}

void EngineMetrics::AddQueues(FamilyList& families) const {
  const auto unfinished = engine_->store().CountUnfinished();
  if (unfinished.ok()) {
    for (const auto& [state, count] : *unfinished) {
      families.Gauge("flowmesh_engine_executions_unfinished", "Executions that are not final, by state.", count,
                     {{"state", StateLabel(static_cast<size_t>(state))}});
    }
  }
  const auto depths = engine_->store().QueueDepths(kCountedDepth);
  if (!depths.ok()) return;
  std::map<std::string, store::QueueDepth> queues;
  for (const store::QueueDepth& depth : *depths) {
    store::QueueDepth& queue = queues[queues_.Of(depth.queue)];
    queue.depth += depth.depth;
    if (depth.depth > 0) queue.oldest = std::min(queue.oldest, depth.oldest);
  }
  const absl::Time now = engine_->clock().Now();
  for (const auto& [name, queue] : queues) {
    families.Gauge("flowmesh_engine_queue_depth", "Tasks that wait for a worker, counted to 100000.", queue.depth,
                   {{"queue", name}});
    const double age = queue.depth == 0 ? 0 : std::max(0.0, absl::ToDoubleSeconds(now - queue.oldest));
    families.Gauge("flowmesh_engine_queue_oldest_seconds", "How long the oldest of them waits.", age,
                   {{"queue", name}});
  }
}

std::vector<prometheus::MetricFamily> EngineMetrics::Collect() const {
  FamilyList families;
  AddCommits(families);
  AddExecutions(families);
  std::vector<prometheus::MetricFamily> all = families.Take();

  const absl::Time now = engine_->clock().Now();
  bool fresh = false;
  {
    base::MutexLock lock(mutex_);
    fresh = read_time_ <= now && now - read_time_ < kFreshness;
    if (fresh) all.insert(all.end(), read_.begin(), read_.end());
  }
  if (fresh) return all;
  FamilyList read;
  AddSessions(read);
  AddQueues(read);
  std::vector<prometheus::MetricFamily> newest = read.Take();
  all.insert(all.end(), newest.begin(), newest.end());
  base::MutexLock lock(mutex_);
  read_time_ = now;
  read_ = std::move(newest);
  return all;
}

}  // namespace flowmesh::metrics
