#ifndef FLOWMESH_WORKERS_SDK_RECORD_QUEUE_H_
#define FLOWMESH_WORKERS_SDK_RECORD_QUEUE_H_

#include <deque>
#include <set>
#include <string>

#include "flowmesh/v1/worker.pb.h"

namespace flowmesh::sdk {

// The records that a flow has been given and has not taken yet, in number order. Not thread-safe.
class RecordQueue {
 public:
  using Record = v1::Records::Record;

  // Numbers follow one another without a gap, from 1.
  void Add(Record record);

  bool empty() const { return queue_.empty(); }
  // The next one; there must be one.
  Record Take();

  // Whether one that waits belongs to this call.
  bool Has(const std::string& call_key) const { return keys_.contains(call_key); }
  const std::deque<Record>& waiting() const { return queue_; }

  // Number of the record that was taken last; 0 = none.
  int taken() const { return taken_; }

 private:
  std::deque<Record> queue_;
  std::set<std::string> keys_;  // of queue_
  int taken_ = 0;
};

}  // namespace flowmesh::sdk

#endif  // FLOWMESH_WORKERS_SDK_RECORD_QUEUE_H_
