#ifndef FLOWMESH_SERVER_APPS_ACCOUNTS_ACCOUNTS_SERVICE_H_
#define FLOWMESH_SERVER_APPS_ACCOUNTS_ACCOUNTS_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "flowmesh/accounts/v1/accounts.grpc.pb.h"
#include "server/apps/app_call.h"

namespace flowmesh::apps {

// flowmesh.accounts.v1.Accounts. Thread-safe; nothing in it blocks.
class AccountsService : public accounts::v1::Accounts::CallbackService {
 public:
  explicit AccountsService(const AppTools& tools) : tools_(tools) {}

  grpc::ServerUnaryReactor* CreateUser(grpc::CallbackServerContext* context,
                                       const accounts::v1::CreateUserRequest* request,
                                       accounts::v1::User* response) override;
  grpc::ServerUnaryReactor* GetUser(grpc::CallbackServerContext* context, const accounts::v1::GetUserRequest* request,
                                    accounts::v1::User* response) override;
  grpc::ServerUnaryReactor* ListUsers(grpc::CallbackServerContext* context,
                                      const accounts::v1::ListUsersRequest* request,
                                      accounts::v1::ListUsersResponse* response) override;
  grpc::ServerUnaryReactor* CreateTopic(grpc::CallbackServerContext* context,
                                        const accounts::v1::CreateTopicRequest* request,
                                        accounts::v1::Topic* response) override;
  grpc::ServerUnaryReactor* GetTopic(grpc::CallbackServerContext* context, const accounts::v1::GetTopicRequest* request,
                                     accounts::v1::Topic* response) override;
  grpc::ServerUnaryReactor* ListTopics(grpc::CallbackServerContext* context,
                                       const accounts::v1::ListTopicsRequest* request,
                                       accounts::v1::ListTopicsResponse* response) override;

 private:
  const AppTools tools_;
};

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_ACCOUNTS_ACCOUNTS_SERVICE_H_
