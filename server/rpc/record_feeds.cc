#include "server/rpc/record_feeds.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/door/convert/attempt_proto.h"
#include "server/door/convert/session_message_proto.h"

namespace flowmesh::rpc {

void RecordFeeds::Begin(const engine::AttemptKey& attempt, int32_t after, int32_t until, bool go,
                        const std::optional<store::TaskKey>& remembers) {
  feeds_[attempt] = {.remembers = remembers, .after = after, .until = until, .go = go};
  turns_.push_back(attempt);
}

void RecordFeeds::Add(const engine::AttemptKey& attempt, int32_t after, int32_t until) {
  auto it = feeds_.find(attempt);
  if (it == feeds_.end()) return Begin(attempt, after, until, /*go=*/false);
  it->second.until = until;
  std::erase_if(it->second.held, [](const v1::OrchestratorEntry& entry) { return entry.has_records(); });
}

bool RecordFeeds::Hold(const engine::AttemptKey& attempt, v1::OrchestratorEntry&& entry) {
  auto it = feeds_.find(attempt);
  if (it == feeds_.end()) return false;
  it->second.held.push_back(std::move(entry));
  return true;
}

std::optional<RecordFeeds::Page> RecordFeeds::NextPage() {
  if (reading_) return std::nullopt;
  while (!turns_.empty()) {
    const engine::AttemptKey attempt = turns_.front();
    turns_.pop_front();
    auto it = feeds_.find(attempt);
    if (it == feeds_.end()) continue;
    reading_ = true;
    const Feed& feed = it->second;
    if (feed.remembers) {
      return Page{.attempt = attempt, .flow = *feed.remembers, .after = feed.steps_after, .remembered = true};
    }
    return Page{.attempt = attempt, .flow = attempt.task, .after = feed.after, .until = feed.until};
  }
  return std::nullopt;
}

RecordFeeds::Entries RecordFeeds::Take(const Page& page, std::vector<store::TaskRow> records) {
  reading_ = false;
  auto it = feeds_.find(page.attempt);
  if (it == feeds_.end()) return {};
  Feed& feed = it->second;
  if (page.remembered) return TakeRemembered(page, std::move(records), feed);
  Entries entries;
  v1::OrchestratorEntry entry;
  door::ToProto(page.attempt, entry.mutable_records()->mutable_attempt());
  for (store::TaskRow& record : records) {
    if (record.record > feed.until) break;  // it is among those held
    feed.after = record.record;
    *entry.mutable_records()->add_records() = door::RecordToProto(std::move(record));
  }
  const bool read_some = entry.records().records_size() > 0;
  if (read_some) entries.push_back(std::move(entry));
  const bool grew = feed.until > page.until;
  if ((read_some || grew) && feed.after < feed.until) {
    turns_.push_back(page.attempt);
    return entries;
  }
  std::move(feed.held.begin(), feed.held.end(), std::back_inserter(entries));
  if (feed.go) door::ToProto(page.attempt, entries.emplace_back().mutable_go()->mutable_attempt());
  feeds_.erase(it);
  return entries;
}

RecordFeeds::Entries RecordFeeds::TakeRemembered(const Page& page, std::vector<store::TaskRow> records, Feed& feed) {
  Entries entries;
  v1::Remembered& remembered = *entries.emplace_back().mutable_remembered();
  door::ToProto(page.attempt, remembered.mutable_attempt());
  remembered.set_last(records.empty());
  for (store::TaskRow& record : records) {
    feed.steps_after = record.record;
    const bool done = record.kind == store::TaskKind::kStep && record.state == store::TaskState::kCompleted;
    if (done) *remembered.add_steps() = door::RememberedStep(std::move(record));
  }
  turns_.push_back(page.attempt);
  if (remembered.last()) {
    feed.remembers.reset();
  } else if (remembered.steps().empty()) {
    entries.clear();
  }
  return entries;
}

}  // namespace flowmesh::rpc
