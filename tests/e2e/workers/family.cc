#include "tests/e2e/workers/family.h"

#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "flowmesh/faults/v1/faults.pb.h"

namespace flowmesh::faults {
namespace {

using sdk::Flow;
using sdk::FlowContext;
using sdk::TaskContext;
using v1::Family;
using v1::Household;
using v1::MeetMember;
using v1::Member;
using v1::RaiseFamily;
using v1::RaiseHousehold;

constexpr sdk::TaskType<RaiseHousehold, Household> kHousehold{"household"};
constexpr sdk::TaskType<MeetMember, Member> kMember{"member"};

size_t AtOnce(int limit) { return limit > 0 ? static_cast<size_t>(limit) : std::numeric_limits<size_t>::max(); }

std::vector<int> FirstNumbers(int count) {
  std::vector<int> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(i);
  return numbers;
}

v1::Draw DrawOf(std::string path, std::string number) {
  v1::Draw draw;
  draw.set_path(std::move(path));
  draw.set_number(std::move(number));
  return draw;
}

MeetMember MemberOf(const RaiseHousehold& household, int number) {
  MeetMember member;
  member.set_path(absl::StrCat(household.path(), "/m", number));
  member.set_value(int64_t{1000} * household.place() + number);
  member.set_work_ms(household.family().work_ms());
  for (const v1::FailingMember& failing : household.family().failing()) {
    if (failing.path() == member.path()) *member.mutable_failing() = failing;
  }
  return member;
}

absl::Status FailureOf(const MeetMember& member) {
  if (!member.has_failing()) return absl::OkStatus();
  const std::string& file = member.failing().until_file();
  if (!file.empty() && std::filesystem::exists(file)) return absl::OkStatus();
  return sdk::Fail("ON_DEMAND", absl::StrCat("the input wants ", member.path(), " to fail"),
                   member.failing().retryable());
}

class FamilyCode {
 public:
  explicit FamilyCode(Ledger* ledger) : ledger_(ledger) {}

  absl::StatusOr<Member> Meet(TaskContext& context, const MeetMember& request) const {
    const Work work{context.execution_id(), request.path(), context.attempt()};
    const std::string draw = ledger_->Start(work);
    if (absl::Status status = DoWork(context, request, draw); !status.ok()) {
      ledger_->Fail(work, draw);
      return status;
    }
    Member member;
    member.set_value(request.value());
    *member.mutable_draw() = DrawOf(request.path(), draw);
    ledger_->Finish(work, draw);
    return member;
  }

  absl::StatusOr<std::string> DoStep(sdk::StepContext& context, const std::string& path, int work_ms) const {
    const Work work{context.execution_id(), path, context.attempt()};
    std::string draw = ledger_->Start(work);
    if (context.WaitCancelled(absl::Milliseconds(work_ms))) {
      ledger_->Fail(work, draw);
      return absl::CancelledError("told to stop");
    }
    ledger_->Finish(work, draw);
    return draw;
  }

  Flow<std::vector<v1::Draw>> DoSteps(FlowContext& flow, RaiseHousehold request, int begin, int end) const {
    std::vector<v1::Draw> draws;
    for (int i = begin; i < end; ++i) {
      const std::string key = absl::StrCat("s", i);
      const std::string path = absl::StrCat(request.path(), "/", key);
      auto step = [&](sdk::StepContext& context) { return DoStep(context, path, request.family().step_ms()); };
      auto running = flow.Run(key, step);
      std::string number = co_await std::move(running);
      draws.push_back(DrawOf(path, std::move(number)));
    }
    co_return draws;
  }

  Flow<Household> RaiseOne(FlowContext& flow, RaiseHousehold request) const {
    const RaiseFamily& family = request.family();
    const int early_steps = family.steps() / 2;
    auto early = DoSteps(flow, request, 0, early_steps).SharingScope();
    const std::vector<v1::Draw> first = co_await std::move(early);

    auto meet = [&](int number) { return flow.Call(kMember, MemberOf(request, number)); };
    auto key = [](int number) { return absl::StrCat("m", number); };
    auto meeting = flow.ForEach(FirstNumbers(family.members()), meet).Limit(AtOnce(family.members_at_once())).Key(key);
    const std::vector<Member> members = co_await std::move(meeting);

    if (family.sleep_ms() > 0) co_await flow.Sleep(absl::Milliseconds(family.sleep_ms()));
    auto late = DoSteps(flow, request, early_steps, family.steps()).SharingScope();
    const std::vector<v1::Draw> last = co_await std::move(late);

    Household household;
    for (const Member& member : members) {
      *household.add_draws() = member.draw();
      household.set_sum(household.sum() + member.value());
    }
    for (const v1::Draw& draw : first) *household.add_draws() = draw;
    for (const v1::Draw& draw : last) *household.add_draws() = draw;
    co_return household;
  }

  static RaiseHousehold HouseholdOf(const RaiseFamily& family, int place) {
    RaiseHousehold household;
    household.set_path(absl::StrCat("h", place));
    household.set_place(place);
    *household.mutable_family() = family;
    return household;
  }

  static Flow<Family> Raise(FlowContext& flow, RaiseFamily request) {
    auto raise = [&](int place) { return flow.Try(flow.Call(kHousehold, HouseholdOf(request, place))); };
    auto strict = [&](int place) { return flow.Call(kHousehold, HouseholdOf(request, place)); };
    auto key = [](int place) { return absl::StrCat("h", place); };
    const std::vector<int> places = FirstNumbers(request.households());
    const size_t at_once = AtOnce(request.households_at_once());
    Family family;
    if (request.gaps_allowed()) {
      auto raising = flow.ForEach(places, raise).Limit(at_once).Key(key);
      const std::vector<absl::StatusOr<Household>> households = co_await std::move(raising);
      for (const absl::StatusOr<Household>& household : households) Add(household.value_or(Household()), &family);
    } else {
      auto raising = flow.ForEach(places, strict).Limit(at_once).Key(key);
      const std::vector<Household> households = co_await std::move(raising);
      for (const Household& household : households) Add(household, &family);
    }
    co_return family;
  }

 private:
  static absl::Status DoWork(TaskContext& context, const MeetMember& request, const std::string& draw) {
    const absl::Duration work = absl::Milliseconds(request.work_ms());
    if (request.lines() == 0 && context.WaitCancelled(work)) return absl::CancelledError("told to stop");
    if (request.lines() > 0) context.RestartOutput();
    for (int line = 1; line <= request.lines(); ++line) {
      if (context.WaitCancelled(work / request.lines())) return absl::CancelledError("told to stop");
      context.Output(absl::StrCat(request.path(), " line ", line, "\n"));
      context.Info(absl::StrCat("line ", line), {{"draw", draw}});
      context.Progress(100 * line / request.lines(), absl::StrCat("line ", line));
    }
    return FailureOf(request);
  }

  static void Add(const Household& household, Family* family) {
    *family->add_households() = household;
    family->set_sum(family->sum() + household.sum());
  }

  Ledger* const ledger_;
};

}  // namespace

void ServeFamily(Ledger* ledger, sdk::Worker* worker) {
  const FamilyCode code(ledger);
  sdk::TaskOptions inner{.flow = false};
  inner.retry.initial = absl::Milliseconds(50);
  sdk::TaskOptions member = inner;
  member.flow = true;
  worker->ServeFlow("family", FamilyCode::Raise);
  // The worker keeps the functions, and these their copy of the code, as long as flows run.
  auto raise = [code](FlowContext& flow, RaiseHousehold request) { return code.RaiseOne(flow, std::move(request)); };
  auto meet = [code](TaskContext& context, const MeetMember& request) { return code.Meet(context, request); };
  worker->ServeFlow("household", raise, inner);
  worker->Serve("member", meet, member);
}

}  // namespace flowmesh::faults
