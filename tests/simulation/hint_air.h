// Hints between the servers of a simulation: heard at once, late or never.
#ifndef FLOWMESH_TESTS_SIMULATION_HINT_AIR_H_
#define FLOWMESH_TESTS_SIMULATION_HINT_AIR_H_

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "server/store/replica_rows.h"
#include "tests/simulation/dice.h"

namespace flowmesh::simulation {

class HintAir {
 public:
  explicit HintAir(Dice* dice) : dice_(dice) {}

  // What one server says and hears.
  class Channel : public store::HintChannel {
   public:
    explicit Channel(HintAir* air) : air_(air) { air_->channels_.insert(this); }
    ~Channel() override { air_->channels_.erase(this); }
    void Send(store::Hint hint) override { air_->Carry(this, hint); }
    void Listen(std::function<void(store::Hint)> hear) override { hear_ = std::move(hear); }

   private:
    friend class HintAir;
    HintAir* const air_;
    std::function<void(store::Hint)> hear_;
  };

 private:
  void Carry(const Channel* from, const store::Hint& hint) {
    std::vector<store::Hint> said = {hint};
    if (!late_.empty() && dice_->Once(2)) said.push_back(std::exchange(late_, {}).front());
    if (dice_->Once(4)) late_ = {hint};
    if (dice_->Once(3)) return;
    for (Channel* channel : channels_) {
      if (channel == from || channel->hear_ == nullptr) continue;
      for (const store::Hint& one : said) channel->hear_(one);
    }
  }

  Dice* const dice_;
  std::set<Channel*> channels_;
  std::vector<store::Hint> late_;  // at most one
};

}  // namespace flowmesh::simulation

#endif  // FLOWMESH_TESTS_SIMULATION_HINT_AIR_H_
