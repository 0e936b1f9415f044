#ifndef FLOWMESH_SERVER_DOOR_PAGE_H_
#define FLOWMESH_SERVER_DOOR_PAGE_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/ids.h"

namespace flowmesh::door {

inline constexpr int kDefaultPageSize = 100;
inline constexpr int kMaxPageSize = 1000;

// How many elements the page may have: 0 asks for the default, more than the maximum gets the maximum. A negative
// number is INVALID_ARGUMENT.
absl::StatusOr<int> PageSize(int requested);

// A page token is base64url text that clients do not look into. It holds a position, whatever the list means by it, and
// is bound to the filters it was made with: `filters` is any text that is the same for every page of one listing.
std::string MakePageToken(const std::string& position, const std::string& filters);

// The position; nullopt for an empty token, the first page. INVALID_ARGUMENT, reason PAGE_TOKEN_INVALID, for a token
// that was changed or comes from a listing with other filters.
absl::StatusOr<std::optional<std::string>> ReadPageToken(const std::string& token, const std::string& filters);

// The filters of a list request: the asking owner and all fields but page_size and page_token.
std::string FiltersOf(const std::string& owner, const google::protobuf::Message& request);

// The position in lists that are ordered by time of making, then id.
struct TimePosition {
  absl::Time time;  // microseconds count
  base::Id id;

  std::string Encode() const;
  // INVALID_ARGUMENT, reason PAGE_TOKEN_INVALID.
  static absl::StatusOr<TimePosition> Decode(const std::string& position);

  friend bool operator==(const TimePosition&, const TimePosition&) = default;
};

}  // namespace flowmesh::door

#endif  // FLOWMESH_SERVER_DOOR_PAGE_H_
