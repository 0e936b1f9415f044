#ifndef FLOWMESH_SERVER_METRICS_METRICS_PORT_H_
#define FLOWMESH_SERVER_METRICS_METRICS_PORT_H_

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/metrics/registry.h"

namespace flowmesh::metrics {

// Serves a registry at http://<address>/metrics on a port of its own, without TLS and to whoever reaches it: for
// scrapers inside, not for the world. Scrapers are served one after the other, each for kPatience at most.
class MetricsPort {
 public:
  static constexpr absl::Duration kPatience = absl::Seconds(5);

  // `address`: a port alone (of 127.0.0.1) or host:port with an IP address or `localhost`; port 0 = any free one.
  // INVALID_ARGUMENT for anything else, and for other addresses than loopback unless `allow_plaintext`; UNAVAILABLE
  // when the port cannot be had. `registry` must outlive the port.
  static absl::StatusOr<std::unique_ptr<MetricsPort>> Open(const std::string& address, bool allow_plaintext,
                                                           const Registry* registry);
  // Breaks off what is being said, and returns when nothing is asked of the registry any more.
  ~MetricsPort();
  MetricsPort(const MetricsPort&) = delete;
  MetricsPort& operator=(const MetricsPort&) = delete;

  // host:port that scrapers reach.
  const std::string& address() const { return address_; }

 private:
  // Closes what it holds.
  class Descriptor {
   public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
      std::swap(number_, other.number_);
      return *this;
    }
    ~Descriptor();
    int number() const { return number_; }

   private:
    int number_;
  };

  explicit MetricsPort(const Registry* registry) : registry_(registry) {}

  void Run();
  void Serve(const Descriptor& scraper) const;
  std::string Answer(const std::string& head) const;
  // False: the port closes, or it is too late.
  bool Await(int descriptor, short events, std::chrono::steady_clock::time_point deadline) const;

  const Registry* const registry_;
  Descriptor listener_;
  Descriptor stop_;  // readable once the port closes
  std::string address_;
  std::thread thread_;
};

}  // namespace flowmesh::metrics

#endif  // FLOWMESH_SERVER_METRICS_METRICS_PORT_H_
