#include "server/store/postgres/result.h"

#include <bit>
#include <cstdlib>
#include <limits>

namespace flowmesh::store::postgres {

double Row::Double(int column) const { return std::bit_cast<double>(Number(column)); }

absl::Time Row::Time(int column) const {
  const int64_t micros = Number(column);
  if (micros == std::numeric_limits<int64_t>::min()) return absl::InfinitePast();
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteFuture();
  return absl::FromUnixMicros(micros);
}

absl::Duration Row::Duration(int column) const {
  const int64_t micros = Number(column);
  if (micros == std::numeric_limits<int64_t>::max()) return absl::InfiniteDuration();
  if (micros == std::numeric_limits<int64_t>::min()) return -absl::InfiniteDuration();
  return absl::Microseconds(micros);
}

base::Id Row::ReadId(int column) const {
  const std::string_view bytes = View(column);
  const auto id = base::Id::FromBytes(absl::string_view(bytes.data(), bytes.size()));
  return id.ok() ? *id : base::Id();
}

int64_t Result::affected() const { return std::strtoll(PQcmdTuples(result_.get()), nullptr, 10); }

}  // namespace flowmesh::store::postgres
