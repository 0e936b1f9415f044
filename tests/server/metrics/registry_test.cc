#include "server/metrics/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "server/metrics/bounded_names.h"
#include "server/metrics/families.h"
#include "tests/support/metrics_text.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::metrics {
namespace {

using ::flowmesh::testing::MetricsText;

MetricsText Scrape(const Registry& registry) {
  const std::string text = registry.Render();
  auto parsed = MetricsText::Parse(text);
  EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << text;
  return parsed.ok() ? *parsed : MetricsText();
}

class Answers : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override {
    FamilyList families;
    families.Gauge("flowmesh_test_depth", "Depth.", 3, {{"queue", "a"}});
    families.Gauge("flowmesh_test_depth", "Depth.", 4, {{"queue", "b \"quoted\"\n"}});
    families.Histogram("flowmesh_test_wait_seconds", "Wait.", {0.5, 1}, {2, 1, 4}, 12.5);
    return families.Take();
  }
};

TEST(RegistryTest, ShowsWhatIsCountedAndWhatIsReadInOneText) {
  Registry registry("1.2.3");
  auto& requests =
      prometheus::BuildCounter().Name("flowmesh_test_requests_total").Help("Requests.").Register(registry.families());
  requests.Add({{"code", "200"}}).Increment(5);
  Answers answers;
  registry.Add(&answers);
  MetricsText text = Scrape(registry);
  EXPECT_EQ(text[R"(flowmesh_build_info{version="1.2.3"})"], 1);
  EXPECT_EQ(text[R"(flowmesh_test_requests_total{code="200"})"], 5);
  EXPECT_EQ(text[R"(flowmesh_test_depth{queue="a"})"], 3);
  EXPECT_EQ(text[R"(flowmesh_test_depth{queue="b \"quoted\"\n"})"], 4);
  EXPECT_EQ(text[R"(flowmesh_test_wait_seconds_bucket{le="0.5"})"], 2);
  EXPECT_EQ(text[R"(flowmesh_test_wait_seconds_bucket{le="1"})"], 3);
  EXPECT_EQ(text[R"(flowmesh_test_wait_seconds_bucket{le="+Inf"})"], 7);
  EXPECT_EQ(text["flowmesh_test_wait_seconds_count"], 7);
  EXPECT_EQ(text["flowmesh_test_wait_seconds_sum"], 12.5);
  registry.Remove(&answers);
  EXPECT_EQ(Scrape(registry).SeriesOf("flowmesh_test_depth"), 0);
}

TEST(RegistryTest, TellsOfTheProcess) {
  const MetricsText text = Scrape(Registry("1"));
  EXPECT_GT(text["process_resident_memory_bytes"], 1e6);
  EXPECT_GT(text["process_virtual_memory_bytes"], text["process_resident_memory_bytes"]);
  EXPECT_GE(text["process_open_fds"], 3);
  EXPECT_GT(text["process_max_fds"], text["process_open_fds"]);
  EXPECT_GE(text["process_threads"], 1);
  EXPECT_GT(text["process_start_time_seconds"], 1.6e9);
  EXPECT_TRUE(text.Find("process_cpu_seconds_total").has_value());
}

// A source may go as soon as Remove has returned, whoever scrapes meanwhile.
TEST(RegistryTest, RemoveWaitsForScrapes) {
  Registry registry("1");
  std::atomic<bool> over = false;
  std::thread scraper([&] {
    while (!over) registry.Collect();
  });
  for (int i = 0; i < 200; ++i) {
    auto answers = std::make_unique<Answers>();
    registry.Add(answers.get());
    registry.Remove(answers.get());
  }
  over = true;
  scraper.join();
}

TEST(BoundedNamesTest, BeyondTheLimitAllAreOther) {
  BoundedNames names(2);
  EXPECT_EQ(names.Of("poem"), "poem");
  EXPECT_EQ(names.Of("podcast"), "podcast");
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(names.Of(absl::StrCat("stranger-", i)), "other");
  EXPECT_EQ(names.Of("poem"), "poem");
}

TEST(MetricsTextTest, TheParserRefusesWhatScrapersRefuse) {
  const std::string head = "# HELP a_total A.\n# TYPE a_total counter\n";
  EXPECT_TRUE(MetricsText::Parse(head + "a_total{x=\"1\"} 2\n").ok());
  for (const std::string& bad :
       {head + "a_total 1", head + "a_total 1\na_total 2\n", head + head, std::string("a_total 1\n"),
        head + "b_total 1\n", head + "a_total -1\n", head + "a_total{x=1} 1\n", head + "a_total{x=\"1\",} 1\n",
        std::string("# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_sum 1\nh_count 2\n"),
        std::string("# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count "
                    "1\n")}) {
    EXPECT_FALSE(MetricsText::Parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace flowmesh::metrics
