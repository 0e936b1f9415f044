#include "workers/sdk/record_queue.h"

#include <utility>

namespace flowmesh::sdk {

void RecordQueue::Add(Record record) {
  keys_.insert(record.call_key());
  queue_.push_back(std::move(record));
}

RecordQueue::Record RecordQueue::Take() {
  Record record = std::move(queue_.front());
  queue_.pop_front();
  keys_.erase(record.call_key());
  taken_ = record.number();
  return record;
}

}  // namespace flowmesh::sdk
