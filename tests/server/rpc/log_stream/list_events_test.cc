#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/base/error.h"
#include "tests/server/rpc/log_stream/log_stream_fixture.h"

namespace flowmesh::rpc {
namespace {

using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;

class ListEventsTest : public LogStreamFixture {
 protected:
  absl::StatusOr<v1::ListEventsResponse> List(const v1::ListEventsRequest& request, const std::string& owner = "ada") {
    v1::ListEventsResponse response;
    const auto context = Context(owner);
    const absl::Status status = door::FromGrpcStatus(stub_->ListEvents(context.get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  // Walks all pages.
  std::vector<std::vector<int64_t>> Pages(v1::ListEventsRequest request) {
    std::vector<std::vector<int64_t>> pages;
    do {
      auto page = List(request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      pages.emplace_back();
      for (const v1::Event& event : page->events()) pages.back().push_back(event.seq());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return pages;
  }

  static v1::ListEventsRequest Request(const Execution& execution) {
    v1::ListEventsRequest request;
    request.set_execution_id(execution.row.id.ToString());
    return request;
  }
};

TEST_F(ListEventsTest, PagesHoldEveryEventOnce) {
  Execution execution = Create();
  Log(execution, 3);
  Log(execution, 4);
  v1::ListEventsRequest request = Request(execution);
  request.set_page_size(3);
  EXPECT_THAT(Pages(request), ElementsAre(ElementsAre(1, 2, 3), ElementsAre(4, 5, 6), ElementsAre(7)));
  request.set_after(5);
  EXPECT_THAT(Pages(request), ElementsAre(ElementsAre(6, 7)));
  request.set_page_size(0);
  request.set_after(7);
  EXPECT_THAT(Pages(request), ElementsAre(ElementsAre()));
}

TEST_F(ListEventsTest, DefaultPageHasAHundredAndNoneMoreThanAThousand) {
  Execution execution = Create();
  for (int i = 0; i < 11; ++i) Log(execution, 100);
  v1::ListEventsRequest request = Request(execution);
  ASSERT_OK_AND_ASSIGN(const v1::ListEventsResponse usual, List(request));
  EXPECT_EQ(usual.events_size(), 100);
  request.set_page_size(5000);
  ASSERT_OK_AND_ASSIGN(const v1::ListEventsResponse largest, List(request));
  EXPECT_EQ(largest.events_size(), 1000);
}

TEST_F(ListEventsTest, KindsAreFiltered) {
  Execution execution = Create();
  for (int i = 0; i < 4; ++i) {
    AddLog(execution, "line");
    AddProgress(execution, i);
    Flush(execution);
  }
  Finish(execution);
  v1::ListEventsRequest request = Request(execution);
  request.add_kinds("progress");
  request.set_page_size(3);
  EXPECT_THAT(Pages(request), ElementsAre(ElementsAre(2, 4, 6), ElementsAre(8, 9)));
}

TEST_F(ListEventsTest, LargeEventsMakeShortPages) {
  Execution execution = Create();
  for (int i = 0; i < 6; ++i) AddLog(execution, std::string(400 << 10, 'x'));
  AddLog(execution, std::string(3 << 20, 'x'));
  Flush(execution);
  EXPECT_THAT(Pages(Request(execution)),
              ElementsAre(ElementsAre(1, 2), ElementsAre(3, 4), ElementsAre(5, 6), ElementsAre(7)));
}

TEST_F(ListEventsTest, TokenBelongsToItsFilters) {
  Execution execution = Create();
  Log(execution, 3);
  v1::ListEventsRequest request = Request(execution);
  request.set_page_size(1);
  ASSERT_OK_AND_ASSIGN(const v1::ListEventsResponse page, List(request));
  request.set_page_token(page.next_page_token());
  request.add_kinds("log");
  const auto refused = List(request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(base::GetReason(refused.status()), "PAGE_TOKEN_INVALID");
}

TEST_F(ListEventsTest, RefusesWhatTailRefuses) {
  Execution execution = Create("bob");
  Log(execution, 1);
  EXPECT_THAT(List(Request(execution)), StatusIs(absl::StatusCode::kNotFound));
  v1::ListEventsRequest request = Request(execution);
  request.set_after(2);
  EXPECT_THAT(List(request, "bob"), StatusIs(absl::StatusCode::kOutOfRange));
  request.set_execution_id("seven");
  EXPECT_THAT(List(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ListEventsTest, FullReadersRefuse) {
  Execution execution = Create();
  readers_.refusals = 1;
  EXPECT_THAT(List(Request(execution)), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(ListEventsTest, WatchIsNotOffered) {
  auto context = Context("ada");
  v1::WatchResponse change;
  auto watch = stub_->Watch(context.get(), v1::WatchRequest());
  EXPECT_FALSE(watch->Read(&change));
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace flowmesh::rpc
