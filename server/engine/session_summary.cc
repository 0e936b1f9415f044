#include "server/engine/session_summary.h"

#include <algorithm>
#include <utility>

#include "server/base/packing.h"

namespace flowmesh::engine {
namespace {

constexpr uint64_t kForm = 1;
constexpr uint64_t kMostSessions = 100'000;
constexpr uint64_t kMostTypes = 10'000;

bool Unpack(base::Unpacker& in, SessionSummary* session) {
  uint64_t types = 0;
  int64_t attach_micros = 0;
  in.Fixed64(&session->id);
  in.Bytes(&session->worker);
  in.Bytes(&session->version);
  in.VarintUpTo(kMostTypes, &types);
  for (uint64_t i = 0; i < types && in.ok(); ++i) {
    std::string type;
    uint64_t version = 0;
    in.Bytes(&type);
    in.Varint(&version);
    session->types[std::move(type)] = static_cast<int32_t>(version);
  }
  for (int* number : {&session->slots, &session->slots_used, &session->flows, &session->flows_used}) {
    uint64_t value = 0;
    in.Varint(&value);
    *number = static_cast<int>(value);
  }
  in.SignedVarint(&attach_micros);
  session->attach_time = absl::FromUnixMicros(attach_micros);
  in.Bool(&session->detached);
  in.Bool(&session->draining);
  return in.ok();
}

}  // namespace

std::vector<SessionSummary> Summarize(const SessionTable& sessions) {
  std::vector<SessionSummary> summaries;
  for (const auto& [id, session] : sessions.all()) {
    summaries.push_back({.id = id,
                         .worker = session->worker,
                         .version = session->version,
                         .types = session->types,
                         .slots = session->slots,
                         .slots_used = session->slots_used,
                         .flows = session->flows,
                         .flows_used = session->flows_used,
                         .attach_time = session->attach_time,
                         .detached = session->detached,
                         .draining = session->draining});
  }
  std::sort(summaries.begin(), summaries.end(),
            [](const SessionSummary& a, const SessionSummary& b) { return a.id < b.id; });
  return summaries;
}

std::string PackSessions(const std::vector<SessionSummary>& sessions) {
  base::Packer out;
  out.Varint(kForm).Varint(sessions.size());
  for (const SessionSummary& session : sessions) {
    out.Fixed64(session.id).Bytes(session.worker).Bytes(session.version).Varint(session.types.size());
    for (const auto& [type, version] : session.types) out.Bytes(type).Varint(static_cast<uint64_t>(version));
    for (const int number : {session.slots, session.slots_used, session.flows, session.flows_used}) {
      out.Varint(static_cast<uint64_t>(number));
    }
    out.SignedVarint(absl::ToUnixMicros(session.attach_time)).Bool(session.detached).Bool(session.draining);
  }
  return out.Take();
}

std::vector<SessionSummary> UnpackSessions(std::string_view packed) {
  base::Unpacker in(packed);
  uint64_t form = 0;
  uint64_t count = 0;
  std::vector<SessionSummary> sessions;
  if (!in.Varint(&form) || form != kForm || !in.VarintUpTo(kMostSessions, &count)) return sessions;
  for (uint64_t i = 0; i < count; ++i) {
    SessionSummary session;
    if (!Unpack(in, &session)) return {};
    sessions.push_back(std::move(session));
  }
  return sessions;
}

}  // namespace flowmesh::engine
