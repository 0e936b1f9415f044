#ifndef FLOWMESH_GATEWAY_HTTP_BROWSER_POLICY_H_
#define FLOWMESH_GATEWAY_HTTP_BROWSER_POLICY_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gateway/http/request_head.h"

namespace flowmesh::gateway {

// Which pages may talk to the gateway. A page of the gateway's own host always may; others by the list of origins, as
// in "https://app.example.org". Immutable.
class BrowserPolicy {
 public:
  // `developer`: calls need no token here, so only loopback names are answered (a page that rebinds its name to
  // 127.0.0.1 comes with its own Host) and no foreign page at all.
  BrowserPolicy(const std::vector<std::string>& allowed_origins, bool developer);

  // 403 for a foreign Host or, of a WebSocket or in developer mode, a foreign Origin.
  absl::Status Check(const RequestHead& head) const;

  static bool IsPreflight(const RequestHead& head);
  // Headers that let the page read the answer; only Vary for other pages.
  HeaderList ResponseHeaders(const RequestHead& head) const;
  // Headers of the answer to a preflight; `allow` = the methods of the path.
  HeaderList PreflightHeaders(const RequestHead& head, const std::string& allow) const;

 private:
  bool IsAllowed(const RequestHead& head, std::string_view origin) const;

  const std::set<std::string> allowed_;
  const bool developer_;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_BROWSER_POLICY_H_
