#include "workers/sdk/record_inbox.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace flowmesh::sdk {

absl::StatusOr<int> RecordInbox::Add(const v1::Records& records) {
  base::MutexLock lock(mutex_);
  int newest = received_;
  for (const Record& record : records.records()) {
    if (record.number() > newest + 1) {
      return absl::FailedPreconditionError(
          absl::StrCat("record ", record.number(), " came, but ", newest + 1, " is missing"));
    }
    if (record.number() == newest + 1) ++newest;
  }
  for (const Record& record : records.records()) {
    if (record.number() <= received_) continue;
    received_ = record.number();
    records_.push_back(record);
  }
  return received_;
}

std::vector<RecordInbox::Record> RecordInbox::Take() {
  base::MutexLock lock(mutex_);
  return std::exchange(records_, {});
}

int RecordInbox::received() const {
  base::MutexLock lock(mutex_);
  return received_;
}

}  // namespace flowmesh::sdk
