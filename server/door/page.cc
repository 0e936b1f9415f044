#include "server/door/page.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/base/packing.h"
#include "server/door/canonical.h"

namespace flowmesh::door {
namespace {

constexpr std::size_t kSealBytes = 12;  // enough against mistakes; positions are no secret
constexpr std::size_t kMaxTokenChars = 4096;

std::string Seal(const std::string& position, const std::string& filters) {
  base::Sha256Builder digest;
  digest.Add(position).Add(filters);
  return digest.Finish().substr(0, kSealBytes);
}

absl::Status TokenInvalid() {
  return base::Error(
             absl::StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID",
             "page_token must be the next_page_token of a page with the same filters; leave it empty to start over")
      .Violation("page_token", "is not from a page with these filters");
}

}  // namespace

absl::StatusOr<int> PageSize(int requested) {
  if (requested < 0) {
    base::FieldViolations violations;
    violations.Add("page_size", absl::StrCat("must be at least 0, is ", requested));
    return violations.ToStatus();
  }
  return requested == 0 ? kDefaultPageSize : std::min(requested, kMaxPageSize);
}

std::string MakePageToken(const std::string& position, const std::string& filters) {
  return absl::WebSafeBase64Escape(Seal(position, filters) + position);
}

absl::StatusOr<std::optional<std::string>> ReadPageToken(const std::string& token, const std::string& filters) {
  if (token.empty()) return std::nullopt;
  std::string bytes;
  if (token.size() > kMaxTokenChars || !absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() < kSealBytes) {
    return TokenInvalid();
  }
  std::string position = bytes.substr(kSealBytes);
  if (bytes.compare(0, kSealBytes, Seal(position, filters)) != 0) return TokenInvalid();
  return position;
}

std::string FiltersOf(const std::string& owner, const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> filters(request.New());
  filters->CopyFrom(request);
  for (const char* name : {"page_size", "page_token"}) {
    if (const auto* field = filters->GetDescriptor()->FindFieldByName(name)) {
      filters->GetReflection()->ClearField(filters.get(), field);
    }
  }
  return base::Packer().Bytes(owner).Bytes(SerializeDeterministically(*filters)).Take();
}

std::string TimePosition::Encode() const {
  return base::Packer().SignedVarint(absl::ToUnixMicros(time)).Raw(id.bytes()).Take();
}

absl::StatusOr<TimePosition> TimePosition::Decode(const std::string& position) {
  base::Unpacker in(position);
  std::int64_t micros = 0;
  if (!in.SignedVarint(&micros)) return TokenInvalid();
  const absl::StatusOr<base::Id> id = base::Id::FromBytes(absl::string_view(in.rest().data(), in.rest().size()));
  if (!id.ok()) return TokenInvalid();
  return TimePosition{absl::FromUnixMicros(micros), *id};
}

}  // namespace flowmesh::door
