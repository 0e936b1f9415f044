#include "server/apps/accounts/user_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/apps/records.h"
#include "server/base/digest.h"
#include "server/base/error.h"
#include "server/door/time_conversion.h"

namespace flowmesh::apps {
namespace {

absl::Status UnknownUser(int32_t number) {
  return base::Error(absl::StatusCode::kNotFound, "USER_UNKNOWN",
                     absl::StrCat("you have no user ", number, ": make one with POST /api/users, or list yours"))
      .With("user_id", number);
}

absl::Status UnknownTopic(const base::Id& id) {
  return base::Error(
             absl::StatusCode::kNotFound, "TOPIC_UNKNOWN",
             absl::StrCat("you have no topic ", id.ToString(), ": make one with POST /api/topics, or list yours"))
      .With("topic_id", id.ToString());
}

}  // namespace

store::AliasRow UserNumber(const std::string& owner, int64_t number) {
  return {.owner = owner, .kind = "user.number", .alias = absl::StrCat(number)};
}

store::AliasRow Username(const std::string& owner, const std::string& username) {
  return {.owner = owner, .kind = "user.name", .alias = username};
}

store::ResourceRow UserCounter(const std::string& owner) {
  store::ResourceRow row{.kind = "user.counter", .owner = owner};
  // The same for whoever counts: nobody has to find it.
  const std::string digest = base::Sha256(absl::StrCat("user.counter\n", owner));
  row.id = base::Id::FromBytes(digest.substr(0, 16))->InShard(base::ShardOf(owner));
  return row;
}

absl::StatusOr<StoredUser> ReadUser(store::Store& store, const std::string& owner, int32_t number) {
  auto id = store.ReadAlias(UserNumber(owner, number));
  if (!id.ok()) return id.status();
  if (!id->has_value()) return UnknownUser(number);
  auto row = store.ReadResource(**id);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return UnknownUser(number);
  auto user = RecordOf<accounts::v1::User>(**row);
  if (!user.ok()) return user.status();
  return StoredUser{.row = **std::move(row), .user = *std::move(user)};
}

absl::StatusOr<StoredTopic> ReadTopic(store::Store& store, const std::string& owner, const base::Id& id) {
  auto row = store.ReadResource(id);
  if (!row.ok()) return row.status();
  if (!row->has_value() || (*row)->kind != kTopicKind || (*row)->owner != owner) return UnknownTopic(id);
  auto topic = TopicOf(**row);
  if (!topic.ok()) return topic.status();
  return StoredTopic{.row = **std::move(row), .topic = *std::move(topic)};
}

absl::StatusOr<accounts::v1::Topic> TopicOf(const store::ResourceRow& row) {
  auto topic = RecordOf<accounts::v1::Topic>(row);
  if (!topic.ok()) return topic.status();
  topic->set_id(row.id.ToString());
  *topic->mutable_create_time() = door::ToProto(row.create_time);
  return topic;
}

}  // namespace flowmesh::apps
