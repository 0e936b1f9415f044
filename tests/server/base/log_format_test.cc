#include "server/base/log_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include "server/base/log_context.h"
#include "spdlog/logger.h"
#include "spdlog/sinks/ostream_sink.h"

namespace flowmesh::base {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Pair;
using ::testing::StartsWith;

class Log {
 public:
  explicit Log(LogFormat format)
      : logger("flowmesh", std::make_shared<spdlog::sinks::ostream_sink_mt>(out_, /*force_flush=*/true)) {
    logger.set_formatter(MakeLogFormatter(format));
  }
  std::string text() const { return out_.str(); }

 private:
  std::ostringstream out_;

 public:
  spdlog::logger logger;
};

TEST(LogContextTest, FieldsHoldToTheEndOfTheirScopeAndInnerOnesHideOuterOnes) {
  EXPECT_THAT(LogContext::Current(), IsEmpty());
  {
    const LogContext outer({{"trace_id", "t"}, {"attempt", "1"}, {"request_id", ""}});
    EXPECT_THAT(LogContext::Current(), ElementsAre(Pair("trace_id", "t"), Pair("attempt", "1")));
    {
      const LogContext inner({{"attempt", "2"}, {"task", "0"}});
      EXPECT_THAT(LogContext::Current(), ElementsAre(Pair("trace_id", "t"), Pair("attempt", "2"), Pair("task", "0")));
    }
    EXPECT_THAT(LogContext::Current(), ElementsAre(Pair("trace_id", "t"), Pair("attempt", "1")));
    std::thread other([] { EXPECT_THAT(LogContext::Current(), IsEmpty()); });
    other.join();
  }
  EXPECT_THAT(LogContext::Current(), IsEmpty());
}

TEST(LogFormatTest, TextEndsWithTheFields) {
  Log log(LogFormat::kText);
  const LogContext context({{"trace_id", "4bf9"}, {"reason", "two words"}});
  log.logger.warn("it {}", "happened");
  EXPECT_THAT(log.text(), EndsWith("] [flowmesh] [warning] it happened trace_id=4bf9 reason=\"two words\"\n"));
}

TEST(LogFormatTest, JsonIsOneObjectALine) {
  Log log(LogFormat::kJson);
  log.logger.info("plain");
  EXPECT_THAT(log.text(), MatchesRegex("\\{\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\",\"level\":"
                                       "\"info\",\"message\":\"plain\"\\}\n"));
}

TEST(LogFormatTest, JsonHoldsWhateverAMessageHolds) {
  Log log(LogFormat::kJson);
  const LogContext context(LogFields{{"trace_id", "4bf9"}});
  log.logger.error(
      std::string("a \"quote\", a \\, a\nline, \x01, caf\xC3\xA9, \xF0\x9F\x8C\xA7, bad \xFF\xC3 \xED\xA0\x80."));
  EXPECT_THAT(log.text(), StartsWith("{\"time\":"));
  EXPECT_THAT(log.text(), EndsWith("\"level\":\"error\",\"message\":\"a \\\"quote\\\", a \\\\, a\\u000aline, \\u0001, "
                                   "caf\xC3\xA9, \xF0\x9F\x8C\xA7, bad \\ufffd\\ufffd \\ufffd\\ufffd\\ufffd.\","
                                   "\"trace_id\":\"4bf9\"}\n"));
}

}  // namespace
}  // namespace flowmesh::base
