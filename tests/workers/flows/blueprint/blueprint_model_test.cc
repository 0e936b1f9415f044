#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/scripted_text_model.h"
#include "tests/support/status_matchers.h"
#include "workers/flows/blueprint/blueprint_flow.h"
#include "workers/flows/blueprint/blueprint_prompt.h"
#include "workers/models/provider/model_error.h"
#include "workers/sdk/test_context.h"

namespace flowmesh::flows {
namespace {

using ::flowmesh::testing::ScriptedTextModel;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

namespace json = boost::json;

json::object Objective(const std::string& level, const std::string& verb, const std::string& rest) {
  return {{"condition", "Given a case"},
          {"verb", verb},
          {"level", level},
          {"performance", absl::StrCat(verb, " ", rest)},
          {"criterion", "without an error"},
          {"text", absl::StrCat("Given a case, you will ", verb, " ", rest)}};
}

std::string OutlineJson(int size = 8) {
  json::array list;
  for (int i = 0; i < size; ++i) list.push_back(Objective("Understand", "explain", absl::StrCat("part ", i)));
  return json::serialize(json::object{{"terminal_objectives", std::move(list)}});
}

std::string StepsJson(const std::string& level, const std::string& verb) {
  return json::serialize(json::object{
      {"enabling_objectives", json::array{Objective("remember", "list", "all"), Objective(level, verb, "them")}}});
}

class BlueprintModelTest : public ::testing::Test {
 protected:
  BlueprintModelTest() {
    request_.set_title("Tea");
    request_.set_description("black and green");
    request_.set_seed(7);
  }
  BlueprintOptions Options() { return {.model = model_}; }
  blueprint::v1::ElaborateObjective Part() {
    blueprint::v1::ElaborateObjective part;
    *part.mutable_request() = request_;
    for (const char* text : {"First.", "Second."}) {
      blueprint::v1::Objective& objective = *part.add_terminal_objectives();
      objective.set_number(absl::StrCat(part.terminal_objectives_size()));
      objective.set_text(text);
      objective.set_level("understand");
    }
    part.set_index(1);
    return part;
  }

  const std::shared_ptr<ScriptedTextModel> model_ = std::make_shared<ScriptedTextModel>();
  sdk::TestTaskContext context_;
  blueprint::v1::WriteBlueprint request_;
};

TEST_F(BlueprintModelTest, AnOutlineComesFromTheModel) {
  model_->Answer(OutlineJson());
  ASSERT_OK_AND_ASSIGN(const blueprint::v1::BlueprintOutline outline, OutlineBlueprint(context_, request_, Options()));
  EXPECT_EQ(outline.title(), "Tea");
  EXPECT_EQ(outline.description(), "black and green");
  EXPECT_EQ(outline.model(), "scripted/one-b");
  ASSERT_EQ(outline.terminal_objectives_size(), 8);
  EXPECT_EQ(outline.terminal_objectives(7).number(), "8");
  EXPECT_EQ(outline.terminal_objectives(0).level(), "understand");
  EXPECT_EQ(outline.terminal_objectives(0).text(), "Given a case, you will explain part 0.");
  ASSERT_THAT(context_.told().usages(), SizeIs(1));
  EXPECT_EQ(context_.told().usages()[0].output_tokens(), 34);
  ASSERT_THAT(model_->requests(), SizeIs(1));
  const models::TextRequest& asked = model_->requests()[0];
  EXPECT_EQ(asked.seed, 7);
  EXPECT_EQ(asked.json_schema->name, "outline");
  EXPECT_THAT(asked.messages[1].text, HasSubstr("<title>\nTea\n</title>"));
  EXPECT_THAT(asked.messages[1].text, HasSubstr("black and green"));
}

TEST_F(BlueprintModelTest, StepsComeFromTheModelThatSeesAllTerminalObjectives) {
  model_->Answer(StepsJson("understand", "compare"));
  ASSERT_OK_AND_ASSIGN(const blueprint::v1::ElaboratedObjective steps, ElaborateObjective(context_, Part(), Options()));
  ASSERT_EQ(steps.enabling_objectives_size(), 2);
  EXPECT_EQ(steps.enabling_objectives(0).number(), "2.1");
  EXPECT_EQ(steps.enabling_objectives(1).number(), "2.2");
  const std::string asked = model_->requests()[0].messages[1].text;
  EXPECT_THAT(asked, HasSubstr("1. First. (understand)\n2. Second. (understand)\n"));
  EXPECT_THAT(asked, HasSubstr("lead to terminal objective 2"));
}

TEST_F(BlueprintModelTest, WhatBreaksTheRulesIsRepairedOnceWithAWarning) {
  model_->Answer(StepsJson("create", "design"));
  model_->Answer(StepsJson("understand", "compare"));
  ASSERT_OK(ElaborateObjective(context_, Part(), Options()));
  ASSERT_THAT(context_.told().logs(), SizeIs(1));
  EXPECT_EQ(context_.told().logs()[0].level(), v1::LogLine::WARNING);
  EXPECT_THAT(context_.told().logs()[0].message(), HasSubstr("the level create is above understand"));
  EXPECT_THAT(context_.told().usages(), SizeIs(2));

  model_->Answer(OutlineJson(7));
  model_->Answer(OutlineJson(7));
  const v1::Failure failure = sdk::FailureFrom(OutlineBlueprint(context_, request_, Options()).status());
  EXPECT_EQ(failure.reason(), "BAD_ANSWER");
  EXPECT_TRUE(failure.retryable());
  EXPECT_THAT(failure.message(), HasSubstr("7 terminal objectives instead of 8 to 10"));
}

TEST_F(BlueprintModelTest, FailuresKeepTheirReasonAndACancelIsOne) {
  model_->Fail(models::ModelError(models::ModelFailure::kAuth, "scripted/one", "refuses the key"));
  const v1::Failure failure = sdk::FailureFrom(OutlineBlueprint(context_, request_, Options()).status());
  EXPECT_EQ(failure.reason(), "AUTH");
  EXPECT_FALSE(failure.retryable());
  context_.Cancel();
  EXPECT_THAT(OutlineBlueprint(context_, request_, Options()), testing::StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(BlueprintModelTest, TheSchemasAreOnesThatStrictOutputsTake) {
  for (const models::JsonSchema& schema : {OutlineSchema(), ElaborationSchema()}) {
    const json::value value = json::parse(schema.schema);
    const json::object& list = value.at("properties").as_object().begin()->value().as_object();
    for (const json::value* object : {&value, &list.at("items")}) {
      EXPECT_EQ(object->at("additionalProperties"), false);
      EXPECT_EQ(object->at("required").as_array().size(), object->at("properties").as_object().size());
    }
  }
}

}  // namespace
}  // namespace flowmesh::flows
