// Pages of records.
#ifndef FLOWMESH_SERVER_APPS_RECORD_LIST_H_
#define FLOWMESH_SERVER_APPS_RECORD_LIST_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/apps/app_call.h"

namespace flowmesh::apps {

// Whose records a list shows: the caller's, or for the role `admin` those of `owner`, empty = everybody's.
// PERMISSION_DENIED.
absl::StatusOr<std::optional<std::string>> OwnerOfList(const door::Caller& caller, const std::string& owner);

// What the page holds and where it begins: the parts of `filter` that do not depend on the list. INVALID_ARGUMENT.
absl::Status ReadPage(const door::Caller& caller, const google::protobuf::Message& request, int page_size,
                      const std::string& page_token, store::ResourceFilter* filter);
// The token of the page behind this one; empty = there is none.
std::string NextPage(const door::Caller& caller, const google::protobuf::Message& request,
                     const store::ResourcePage& page);

// Answers with a page of the records that `filter` names: `show`, absl::Status(const std::vector<ResourceRow>&), puts
// them into the response, on a thread that may block on the store.
template <typename Request, typename Response, typename Show>
grpc::ServerUnaryReactor* AnswerWithPage(const AppTools& tools, door::UnaryCall* call, const door::Caller& caller,
                                         const Request* request, store::ResourceFilter filter, Response* response,
                                         Show show) {
  absl::Status status = ReadPage(caller, *request, request->page_size(), request->page_token(), &filter);
  if (!status.ok()) return Finish(call, status);
  return AnswerFromStore(*tools.engine, call,
                         [&store = tools.engine->store(), caller, request, filter = std::move(filter), response,
                          show = std::move(show)]() -> absl::Status {
                           auto page = store.ListResources(filter);
                           if (!page.ok()) return page.status();
                           response->set_next_page_token(NextPage(caller, *request, *page));
                           return show(page->rows);
                         });
}

}  // namespace flowmesh::apps

#endif  // FLOWMESH_SERVER_APPS_RECORD_LIST_H_
