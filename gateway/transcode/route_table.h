#ifndef FLOWMESH_GATEWAY_TRANSCODE_ROUTE_TABLE_H_
#define FLOWMESH_GATEWAY_TRANSCODE_ROUTE_TABLE_H_

#include <google/protobuf/descriptor.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/transcode/route.h"

namespace flowmesh::transcode {

// Where a request goes.
struct RouteMatch {
  enum class Kind {
    kCall,       // call route->method
    kOptions,    // answer 204 with `allow`
    kNotAllowed  // answer 405 with `allow`
  };
  Kind kind = Kind::kCall;
  const Route* route = nullptr;       // kCall only; lives as long as the table
  std::vector<std::string> captures;  // kCall only: decoded text for each of route->captures
  bool head = false;                  // kCall only: a HEAD served by a GET; send no body
  std::string label;                  // for metrics: the template (of kCall, otherwise of the most specific match)
  std::string allow;                  // the value of `Allow`: sorted, with the implied HEAD and OPTIONS
};

// All routes, as a tree of path segments. Immutable, thread-safe.
//
// Among the templates that fit a path, the one that is more specific in the first segment where they differ wins:
// literal, then `*`, then `**`; the order of registration never matters. Of those, the most specific one that has the
// request's method serves it. `*` stands for one segment that is not empty, `**` for any number, none included.
class RouteTable {
 public:
  // Reads the google.api.http annotation of every method; methods without one have no route. INVALID_ARGUMENT with all
  // reasons, one a line (route.h), among them: the same template (names aside) and method twice.
  static absl::StatusOr<RouteTable> Build(const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;
  ~RouteTable();

  // `path` is the encoded path of the target, without query. One trailing `/` is ignored. Errors: 501 for a method that
  // nothing here knows; 400 for a bad percent escape or text that is not UTF-8; 404 when no template fits.
  absl::StatusOr<RouteMatch> Match(std::string_view http_method, std::string_view path) const;

  // By template and method, for documents about the interface.
  std::vector<const Route*> routes() const;

 private:
  struct Node;
  RouteTable();

  absl::Status Insert(const Route& route);

  std::vector<std::unique_ptr<const Route>> routes_;
  std::unique_ptr<Node> root_;
  std::set<std::string, std::less<>> known_methods_;
};

}  // namespace flowmesh::transcode

#endif  // FLOWMESH_GATEWAY_TRANSCODE_ROUTE_TABLE_H_
