#ifndef FLOWMESH_GATEWAY_HTTP_CORE_H_
#define FLOWMESH_GATEWAY_HTTP_CORE_H_

#include <functional>
#include <string>
#include <utility>

#include "gateway/http/browser_policy.h"
#include "gateway/http/flow_catalog.h"
#include "gateway/http/gateway.h"
#include "gateway/http/metrics.h"
#include "gateway/http/static_files.h"
#include "gateway/http/upstream.h"
#include "gateway/transcode/route_table.h"
#include "gateway/web/page_files.h"
#include "server/base/executor.h"
#include "server/base/random.h"

namespace flowmesh::gateway {

// What all connections share; outlives them. Thread-safe.
struct Core {
  Core(const GatewayOptions& options, transcode::RouteTable table)
      : limits(options.limits),
        routes(std::move(table)),
        upstream(options.upstream),
        browsers(options.allowed_origins, options.developer),
        files(options.console_directory, PageFiles()),
        metrics(options.families == nullptr ? own_families : *options.families),
        metrics_page(options.metrics_page),
        access_log(options.access_log) {}

  const Limits limits;
  const transcode::RouteTable routes;
  Upstream upstream;
  FlowCatalog flows;
  const BrowserPolicy browsers;
  const StaticFiles files;
  prometheus::Registry own_families;
  Metrics metrics;
  const std::function<std::string()> metrics_page;
  base::SerialExecutor scrapes{"scrapes"};
  const bool access_log;
  base::SecureRandom random;
};

}  // namespace flowmesh::gateway

#endif  // FLOWMESH_GATEWAY_HTTP_CORE_H_
