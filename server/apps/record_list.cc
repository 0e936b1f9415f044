#include "server/apps/record_list.h"

#include "server/door/page.h"

namespace flowmesh::apps {

absl::StatusOr<std::optional<std::string>> OwnerOfList(const door::Caller& caller, const std::string& owner) {
  if (absl::Status status = door::RequireAdmin(caller); !status.ok()) return status;
  return owner.empty() ? std::nullopt : std::optional(owner);
}

absl::Status ReadPage(const door::Caller& caller, const google::protobuf::Message& request, int page_size,
                      const std::string& page_token, store::ResourceFilter* filter) {
  auto size = door::PageSize(page_size);
  if (!size.ok()) return size.status();
  filter->limit = *size;
  auto position = door::ReadPageToken(page_token, door::FiltersOf(caller.owner, request));
  if (!position.ok()) return position.status();
  if (!position->has_value()) return absl::OkStatus();
  auto after = door::TimePosition::Decode(**position);
  if (!after.ok()) return after.status();
  filter->after = std::pair(after->time, after->id);
  return absl::OkStatus();
}

std::string NextPage(const door::Caller& caller, const google::protobuf::Message& request,
                     const store::ResourcePage& page) {
  if (!page.more || page.rows.empty()) return "";
  const door::TimePosition last{.time = page.rows.back().create_time, .id = page.rows.back().id};
  return door::MakePageToken(last.Encode(), door::FiltersOf(caller.owner, request));
}

}  // namespace flowmesh::apps
