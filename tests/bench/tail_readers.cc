#include "tests/bench/tail_readers.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/bench/bench_worker.h"

namespace flowmesh::bench {

class TailReaders::Reader : public grpc::ClientReadReactor<v1::Event> {
 public:
  Reader(TailReaders* all, v1::LogStream::Stub* stub, const std::string& execution_id) : all_(all) {
    request_.set_execution_id(execution_id);
    request_.add_kinds("log");
    stub->async()->Tail(&context_, &request_, this);
    StartRead(&event_);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }
  const Samples& latency() const { return latency_; }

  void OnReadInitialMetadataDone(bool ok) override {
    if (!ok) return;  // OnDone tells why
    base::MutexLock lock(all_->mutex_);
    ++all_->accepted_;
    if (all_->accepted_ == static_cast<int>(all_->readers_.size())) all_->changed_.NotifyAll();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (event_.has_log()) {
      const auto written = event_.log().attributes().find(kWritten);
      int64_t nanos = 0;
      if (written != event_.log().attributes().end() && absl::SimpleAtoi(written->second, &nanos)) {
        latency_.Add(NowNanos() - nanos);
      }
      base::MutexLock lock(all_->mutex_);
      if (++all_->lines_ >= all_->awaited_lines_) all_->changed_.NotifyAll();
    }
    StartRead(&event_);
  }

  void OnDone(const grpc::Status& status) override {
    base::MutexLock lock(all_->mutex_);
    ++all_->done_;
    if (!status.ok() && !all_->closing_ && all_->failure_.ok()) all_->failure_ = ToStatus(status);
    all_->changed_.NotifyAll();
  }

 private:
  TailReaders* const all_;
  grpc::ClientContext context_;
  v1::TailRequest request_;
  v1::Event event_;
  Samples latency_;
};

TailReaders::TailReaders(Mesh* mesh, int channels) {
  for (int i = 0; i < channels; ++i) stubs_.push_back(v1::LogStream::NewStub(mesh->NewChannel()));
}

TailReaders::~TailReaders() {
  {
    base::MutexLock lock(mutex_);
    closing_ = true;
  }
  for (auto& reader : readers_) reader->Cancel();
  base::MutexLock lock(mutex_);
  while (done_ < static_cast<int>(readers_.size())) changed_.Wait(lock);
}

void TailReaders::Open(const std::vector<std::string>& execution_ids) {
  // The vector's size is read by the readers, so it does not grow while they run.
  readers_.resize(execution_ids.size());
  for (size_t i = 0; i < execution_ids.size(); ++i) {
    readers_[i] = std::make_unique<Reader>(this, stubs_[i % stubs_.size()].get(), execution_ids[i]);
  }
}

template <typename Reached>
absl::Status TailReaders::Await(absl::Duration timeout, const char* what, Reached reached) {
  const auto deadline = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(timeout);
  base::MutexLock lock(mutex_);
  while (failure_.ok() && !reached()) {
    if (!changed_.WaitUntil(lock, deadline) && !reached()) {
      return absl::DeadlineExceededError(absl::StrCat("waited ", absl::FormatDuration(timeout), " for ", what, ": ",
                                                      accepted_, " of ", readers_.size(), " tails are accepted, ",
                                                      lines_, " lines came"));
    }
  }
  return failure_;
}

absl::Status TailReaders::AwaitAccepted(absl::Duration timeout) {
  return Await(timeout, "tails to be accepted", [this] {
    mutex_.AssertHeld();
    return accepted_ == static_cast<int>(readers_.size());
  });
}

absl::Status TailReaders::AwaitLines(int64_t lines, absl::Duration timeout) {
  {
    base::MutexLock lock(mutex_);
    awaited_lines_ = lines;
  }
  return Await(timeout, "lines", [this, lines] {
    mutex_.AssertHeld();
    return lines_ >= lines;
  });
}

int64_t TailReaders::lines() const {
  base::MutexLock lock(mutex_);
  return lines_;
}

Samples TailReaders::Latency() const {
  Samples all;
  for (const auto& reader : readers_) all.Add(reader->latency());
  return all;
}

}  // namespace flowmesh::bench
