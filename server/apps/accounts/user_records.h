// How users and topics stand among the resources.
#ifndef FLOWMESH_SERVER_APPS_ACCOUNTS_USER_RECORDS_H_
#define FLOWMESH_SERVER_APPS_ACCOUNTS_USER_RECORDS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "flowmesh/accounts/v1/accounts.pb.h"
#include "server/store/store.h"

namespace flowmesh::apps {

inline constexpr char kUserKind[] = "user";
inline constexpr char kTopicKind[] = "topic";

// The names of a user: unique among those of its owner.
store::AliasRow UserNumber(const std::string& owner, int64_t number);
store::AliasRow Username(const std::string& owner, const std::string& username);

// Counts the owner's users.
store::ResourceRow UserCounter(const std::string& owner);

struct StoredUser {
  store::ResourceRow row;
  accounts::v1::User user;
};

struct StoredTopic {
  store::ResourceRow row;
  accounts::v1::Topic topic;
};

// NOT_FOUND with reason USER_UNKNOWN or TOPIC_UNKNOWN, also for somebody else's. Block on the store.
absl::StatusOr<StoredUser> ReadUser(store::Store& store, const std::string& owner, int32_t number);
absl::StatusOr<StoredTopic> ReadTopic(store::Store& store, const std::string& owner, const base::Id& id);

// As its owner sees it.
absl::StatusOr<accounts::v1::Topic> TopicOf(const store::ResourceRow& row);

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_ACCOUNTS_USER_RECORDS_H_
