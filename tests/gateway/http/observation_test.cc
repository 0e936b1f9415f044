// What the gateway counts, where it shows it, and which trace a request belongs to.
#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/log_format.h"
#include "server/base/trace_context.h"
#include "server/metrics/registry.h"
#include "tests/gateway/http/gateway_testing.h"
#include "tests/support/metrics_text.h"

namespace flowmesh::gateway {
namespace {

using flowmesh::testing::MetricsText;
using flowmesh::testing::RawHttpClient;
using flowmesh::testing::RawResponse;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kParent[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";

class ObservationTest : public GatewayTest {
 protected:
  void SetUp() override {
    options.families = &registry_.families();
    options.metrics_page = [this] { return registry_.Render(); };
  }
  MetricsText Scrape() {
    RawHttpClient client(address());
    return Scrape(&client);
  }
  static MetricsText Scrape(RawHttpClient* client) {
    client->Request("GET", "/metrics");
    const RawResponse answer = client->Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    auto parsed = MetricsText::Parse(answer.body);
    EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << answer.body;
    return parsed.ok() ? *parsed : MetricsText();
  }
  // The traceparent that the upstream got with an answered request.
  base::TraceContext Upstream(const std::string& lines) {
    EXPECT_EQ(Ask("GET", "/v1/executions/x", lines).status, 200);
    const auto metadata = upstream.metadata();
    const auto found = metadata.find("traceparent");
    const auto trace = base::TraceContext::Parse(found == metadata.end() ? "" : found->second);
    EXPECT_TRUE(trace.has_value());
    return trace.value_or(*base::TraceContext::Parse(kParent));
  }

  metrics::Registry registry_{"1.2.3"};
};

std::string Requests(const std::string& method, const std::string& route, int code) {
  return absl::StrCat("flowmesh_gateway_requests_total{code=\"", code, "\",method=\"", method, "\",route=\"", route,
                      "\"}");
}

TEST_F(ObservationTest, RequestsAreCountedByRouteTemplateMethodAndStatus) {
  Ask("GET", "/v1/executions/one");
  Ask("GET", "/v1/executions/two");
  Ask("GET", "/healthz");
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Requests("GET", "/v1/executions/{id}", 200)], 2);
  EXPECT_EQ(text[Requests("GET", "/healthz", 200)], 1);
  EXPECT_EQ(text[R"(flowmesh_gateway_request_duration_seconds_count{method="GET",route="/v1/executions/{id}"})"], 2);
  EXPECT_EQ(text["flowmesh_gateway_requests_in_flight"], 1) << "the scrape itself";
  EXPECT_GE(text["flowmesh_gateway_connections"], 1);
  EXPECT_GT(text["flowmesh_gateway_received_bytes_total"], 100);
  EXPECT_GT(text["flowmesh_gateway_sent_bytes_total"], 300);
}

TEST_F(ObservationTest, StreamsAreCountedWhileTheyAreOpenAndOnceTheyHaveEnded) {
  upstream.tail = [this](grpc::ServerContext* context, const v1::TailRequest&, grpc::ServerWriter<v1::Event>* writer) {
    writer->Write(flowmesh::testing::LogEvent(1, "first"));
    return upstream.UntilCancelled(context);
  };
  RawHttpClient viewer(address());
  viewer.Request("GET", "/v1/executions/x/events", "Accept: text/event-stream\r\n");
  EXPECT_EQ(viewer.ReadHead().status, 200);
  EXPECT_THAT(viewer.ReadBodyUntil("first"), HasSubstr("first"));
  EXPECT_EQ(Scrape()[R"(flowmesh_gateway_streams{format="sse"})"], 1);
  upstream.Tell("go on");
  viewer.ReadBody();
  // On the same connection: it is served when the stream is wholly over.
  const MetricsText text = Scrape(&viewer);
  EXPECT_EQ(text[R"(flowmesh_gateway_streams{format="sse"})"], 0);
  EXPECT_EQ(text[R"(flowmesh_gateway_stream_duration_seconds_count{route="/v1/executions/{execution_id}/events"})"], 1);
}

TEST_F(ObservationTest, StrangersCannotMakeTheLabelsGrow) {
  // One series for all of them each; the paths, words and ids are nowhere.
  for (int i = 0; i < 20; ++i) {
    Ask("GET", absl::StrCat("/wp-login-", i));
    Ask(absl::StrCat("WORD", std::string(static_cast<size_t>(i), 'X')), "/v1/executions");
    Ask("GET", "/v1/flows", absl::StrCat("Accept: stranger/", i, "\r\n"));
    Ask("DELETE", absl::StrCat("/v1/executions?id=", i));
  }
  Say("nonsense\r\n\r\n");
  const MetricsText text = Scrape();
  EXPECT_EQ(text[Requests("GET", "none", 404)], 20);
  EXPECT_LE(text.SeriesOf("flowmesh_gateway_requests_total"), 8);
  EXPECT_LE(text.SeriesOf("flowmesh_gateway_refused_total"), 8);
  for (const auto& [series, value] : text.series()) {
    for (const char* word : {"wp-login", "WORD", "stranger", "nonsense"}) {
      EXPECT_THAT(series, Not(HasSubstr(word)));
    }
  }
}

TEST_F(ObservationTest, RefusalsAreCountedByReasonAndTheServersErrorsAreNone) {
  options.limits.connections = 1;
  upstream.get = [](grpc::ServerContext*, const v1::GetExecutionRequest&, v1::Execution*) {
    return flowmesh::testing::ErrorWithReason(grpc::StatusCode::NOT_FOUND, "EXECUTION_UNKNOWN", "no such execution");
  };
  RawHttpClient client(address());
  client.Request("GET", "/v1/executions/x");
  EXPECT_EQ(client.Read().status, 404);
  RawHttpClient second(address());
  EXPECT_TRUE(second.WaitForClose());
  client.Request("GET", absl::StrCat("/v1/flows?x=", std::string(9000, 'x')));
  EXPECT_EQ(client.Read().status, 414);
  const MetricsText text = *MetricsText::Parse(registry_.Render());
  EXPECT_EQ(text[R"(flowmesh_gateway_refused_total{reason="TOO_MANY_CONNECTIONS"})"], 1);
  EXPECT_EQ(text[R"(flowmesh_gateway_refused_total{reason="URL_TOO_LONG"})"], 1);
  EXPECT_EQ(text.SeriesOf("flowmesh_gateway_refused_total"), 2);
}

TEST_F(ObservationTest, WithoutAPageMetricsAreAnUnknownPath) {
  options.metrics_page = nullptr;
  EXPECT_EQ(Ask("GET", "/metrics").status, 404);
}

TEST_F(ObservationTest, AClientsTraceGoesOnUnderASpanOfTheGateway) {
  const auto parent = base::TraceContext::Parse(kParent);
  const base::TraceContext one = Upstream(absl::StrCat("Traceparent: ", kParent, "\r\n"));
  const base::TraceContext other = Upstream(absl::StrCat("traceparent: ", kParent, "\r\n"));
  EXPECT_EQ(one.trace_id(), kTraceId);
  EXPECT_TRUE(one.sampled());
  EXPECT_NE(one.span_id(), parent->span_id());
  EXPECT_NE(one.span_id(), other.span_id());
}

TEST_F(ObservationTest, ARequestWithoutAUsableTraceBeginsOneThatIsNotSampled) {
  const std::string parent = absl::StrCat("traceparent: ", kParent, "\r\n");
  for (const std::string& lines :
       {std::string(), std::string("traceparent: 00-nonsense\r\n"), absl::StrCat(parent, parent),
        std::string("Grpc-Metadata-Traceparent: ") + kParent + "\r\n"}) {
    const base::TraceContext trace = Upstream(absl::StrCat(lines, "tracestate: rojo=1\r\n"));
    EXPECT_NE(trace.trace_id(), kTraceId) << lines;
    EXPECT_FALSE(trace.sampled()) << lines;
    EXPECT_EQ(upstream.metadata().count("tracestate"), 0u) << lines;
  }
}

TEST_F(ObservationTest, ATracestateGoesUpAsFarAsItIsWellFormed) {
  const std::string parent = absl::StrCat("traceparent: ", kParent, "\r\n");
  Upstream(absl::StrCat(parent, "tracestate: rojo=1\r\nTracestate: congo=t61rcWkgMzE\r\n"));
  EXPECT_EQ(upstream.metadata().at("tracestate"), "rojo=1,congo=t61rcWkgMzE");
  Upstream(absl::StrCat(parent, "tracestate: ROJO\r\n"));
  EXPECT_EQ(upstream.metadata().count("tracestate"), 0u);
}

class AccessLogTest : public ObservationTest {
 protected:
  void SetUp() override {
    ObservationTest::SetUp();
    auto logger = std::make_shared<spdlog::logger>(
        "flowmesh", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_, /*force_flush=*/true));
    logger->set_formatter(base::MakeLogFormatter(base::LogFormat::kJson));
    before_ = spdlog::default_logger();
    spdlog::set_default_logger(std::move(logger));
  }
  void TearDown() override {
    ObservationTest::TearDown();
    spdlog::set_default_logger(before_);
  }
  // What was logged, once the gateway has ended.
  std::string Log() {
    gateway().Stop();
    return lines_.str();
  }

 private:
  std::ostringstream lines_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(AccessLogTest, ALineNamesRouteStatusRequestAndTraceAndNoSecret) {
  options.access_log = true;
  Ask("GET", "/v1/executions/secret-id?view=secret-query",
      absl::StrCat("traceparent: ", kParent, "\r\nX-Request-Id: r-1\r\nAuthorization: Bearer secret-token\r\n"));
  const std::string log = Log();
  EXPECT_THAT(log, HasSubstr(R"("method":"GET","route":"/v1/executions/{id}","status":")"));
  EXPECT_THAT(log, HasSubstr(R"("request_id":"r-1")"));
  EXPECT_THAT(log, HasSubstr(absl::StrCat(R"("trace_id":")", kTraceId, "\"")));
  EXPECT_THAT(log, HasSubstr(R"("duration_ms":")"));
  EXPECT_THAT(log, Not(HasSubstr("secret")));
  EXPECT_THAT(log, Not(HasSubstr("00f067aa0ba902b7"))) << "the client's span is not the gateway's";
}

TEST_F(AccessLogTest, ItIsOffUnlessItIsAskedFor) {
  Ask("GET", "/v1/executions/x");
  EXPECT_EQ(Log(), "");
}

}  // namespace
}  // namespace flowmesh::gateway
