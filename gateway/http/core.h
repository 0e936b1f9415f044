#ifndef FLOWMESH_GATEWAY_HTTP_CORE_H_
#define FLOWMESH_GATEWAY_HTTP_CORE_H_

#include <utility>

#include "gateway/http/browser_policy.h"
#include "gateway/http/flow_catalog.h"
#include "gateway/http/gateway.h"
#include "gateway/http/metrics.h"
#include "gateway/http/static_files.h"
#include "gateway/http/upstream.h"
#include "gateway/transcode/route_table.h"
#include "server/base/random.h"

namespace flowmesh::gateway {

// What all connections share; outlives them. Thread-safe.
struct Core {
  Core(const GatewayOptions& options, transcode::RouteTable table)
      : limits(options.limits),
        routes(std::move(table)),
        upstream(options.upstream),
        browsers(options.allowed_origins, options.developer),
        files(options.console_directory) {}

  const Limits limits;
  const transcode::RouteTable routes;
  Upstream upstream;
  FlowCatalog flows;
  Metrics metrics;
  const BrowserPolicy browsers;
  const StaticFiles files;
  base::SecureRandom random;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_CORE_H_
