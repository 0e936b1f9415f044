#include "server/door/contract_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "flowmesh/poem/v1/poem.pb.h"
#include "flowmesh/v1/execution.pb.h"
#include "server/base/error.h"
#include "tests/server/door/declared_types.h"
#include "tests/support/status_matchers.h"

namespace flowmesh::door {
namespace {

using ::flowmesh::testing::Filled;
using ::flowmesh::testing::IsOk;
using ::flowmesh::testing::ProtoText;
using ::flowmesh::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kFirst[] = R"(
  message In { string title = 1 [(flowmesh.v1.rules) = {required: true}]; map<string, int32> counts = 2; }
  message Out { string text = 1; }
)";
constexpr char kMore[] = R"(
  message In { string title = 1 [(flowmesh.v1.rules) = {required: true}]; map<string, int32> counts = 2; int32 extra = 3; }
  message Out { string text = 1; }
)";
constexpr char kOther[] = "message In { int32 title = 1; } message Out { string text = 1; }";

v1::Hello HelloOf(const std::string& protos, int version = 1, const std::string& name = "letter") {
  v1::Hello hello;
  hello.set_worker_id("id");
  hello.set_descriptors(ProtoText::Compile(protos));
  v1::TaskType& type = *hello.add_types();
  type.set_name(name);
  type.set_input_type("test.In");
  type.set_output_type("test.Out");
  type.set_code_version(version);
  type.set_flow(true);
  return hello;
}

class ContractCatalogTest : public ::testing::Test {
 protected:
  ContractCatalogTest() {
    EXPECT_OK(catalog_.AddBuiltin("poem", *poem::v1::WritePoem::descriptor(), *poem::v1::Poem::descriptor()));
  }

  // Checks and adopts, as a session does. What is to be stored, by name.
  absl::StatusOr<std::vector<std::string>> Attach(const v1::Hello& hello) {
    const absl::StatusOr<HelloContracts> contracts = catalog_.CheckHello(hello);
    if (!contracts.ok()) return contracts.status();
    if (absl::Status adopted = catalog_.Adopt(*contracts); !adopted.ok()) return adopted;
    std::vector<std::string> names;
    for (const ContractRecord& record : contracts->Changed()) names.push_back(record.name);
    return names;
  }

  static v1::Hello PoemHello() {
    v1::Hello hello;
    hello.set_worker_id("id");
    hello.set_descriptors(ClosureOf(*poem::v1::WritePoem::descriptor(), *poem::v1::Poem::descriptor()));
    v1::TaskType& type = *hello.add_types();
    type.set_name("poem");
    type.set_input_type("flowmesh.poem.v1.WritePoem");
    type.set_output_type("flowmesh.poem.v1.Poem");
    type.set_flow(true);
    return hello;
  }

  google::protobuf::Any Input(const std::string& protos, const std::string& text) {
    google::protobuf::Any any;
    any.PackFrom(*Filled(*ProtoText::Types(protos), "test.In", text));
    return any;
  }

  ContractCatalog catalog_;
};

TEST_F(ContractCatalogTest, AFlowCompiledInIsKnownBeforeAWorkerCame) {
  poem::v1::WritePoem poem;
  poem.set_title("Rain");
  google::protobuf::Any input;
  input.PackFrom(poem);
  ASSERT_OK_AND_ASSIGN(const CanonicalInput canonical, catalog_.CheckInput("poem", input));
  EXPECT_EQ(canonical.type_url, "type.googleapis.com/flowmesh.poem.v1.WritePoem");
  EXPECT_EQ(canonical.bytes, poem.SerializeAsString());
}

TEST_F(ContractCatalogTest, AnUnknownFlowNamesThoseThereAre) {
  const auto refused = catalog_.CheckInput("peom", {});
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kNotFound, "no flow is named \"peom\"; there are poem"));
  EXPECT_EQ(base::GetReason(refused.status()), "FLOW_UNKNOWN");
  EXPECT_THAT(ContractCatalog().CheckInput("x", {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no worker has brought")));
}

TEST_F(ContractCatalogTest, ATaskTypeThatIsNoFlowCannotBeCreated) {
  v1::Hello hello = HelloOf(kFirst);
  hello.mutable_types(0)->set_flow(false);
  ASSERT_THAT(Attach(hello), IsOk());
  EXPECT_THAT(catalog_.CheckInput("letter", {}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_NE(catalog_.Find("letter"), nullptr);
}

TEST_F(ContractCatalogTest, AnUnsetInputIsTheDefaultAndRulesApply) {
  const auto refused = catalog_.CheckInput("poem", {});
  EXPECT_THAT(refused, StatusIs(kInvalid, "input.title must not be empty"));
  EXPECT_EQ(base::GetViolations(refused.status()).at(0).field, "input.title");
  ASSERT_OK(Attach(HelloOf("message In { string a = 1; } message Out {}")));
  ASSERT_OK_AND_ASSIGN(const CanonicalInput canonical, catalog_.CheckInput("letter", {}));
  EXPECT_EQ(canonical.bytes, "");
}

TEST_F(ContractCatalogTest, AnotherTypeIsRefusedNamingTheExpectedOne) {
  google::protobuf::Any input;
  input.PackFrom(v1::Failure());
  EXPECT_THAT(
      catalog_.CheckInput("poem", input),
      StatusIs(
          kInvalid,
          "input must be type.googleapis.com/flowmesh.poem.v1.WritePoem, is type.googleapis.com/flowmesh.v1.Failure"));
  input.clear_type_url();
  input.set_value("x");
  EXPECT_THAT(catalog_.CheckInput("poem", input), StatusIs(kInvalid, HasSubstr("is of no type")));
}

TEST_F(ContractCatalogTest, BytesThatDoNotParseAreRefused) {
  google::protobuf::Any input;
  input.PackFrom(poem::v1::WritePoem());
  for (const char* bad : {"\x0a\x05 a", "\xff", "\x0a\x01\xff"}) {
    input.set_value(bad);
    EXPECT_THAT(catalog_.CheckInput("poem", input), StatusIs(kInvalid, HasSubstr("input does not parse"))) << bad;
  }
}

TEST_F(ContractCatalogTest, APayloadAboveOneMebibyteIsSentToArtifacts) {
  poem::v1::WritePoem poem;
  poem.set_title("t");
  poem.set_description(std::string(kMaxPayloadBytes, 'd'));
  google::protobuf::Any input;
  input.PackFrom(poem);
  const auto refused = catalog_.CheckInput("poem", input);
  EXPECT_THAT(refused, StatusIs(kInvalid, HasSubstr("artifact")));
  EXPECT_EQ(base::GetReason(refused.status()), "PAYLOAD_TOO_LARGE");
}

TEST_F(ContractCatalogTest, EqualInputsHaveOneFormWhateverTheirBytes) {
  ASSERT_OK(Attach(HelloOf(kFirst)));
  google::protobuf::Any ab = Input(kFirst, "title: 't' counts { key: 'a' value: 1 } counts { key: 'b' value: 2 }");
  google::protobuf::Any ba = ab;
  // Fields in another order, map entries in another order, and a value that is overwritten by a later one.
  ba.set_value(
      std::string("\x12\x05\x0a\x01"
                  "b\x10\x02\x12\x05\x0a\x01"
                  "a\x10\x01\x0a\x01x\x0a\x01t",
                  20));
  ASSERT_OK_AND_ASSIGN(const CanonicalInput first, catalog_.CheckInput("letter", ab));
  ASSERT_OK_AND_ASSIGN(const CanonicalInput second, catalog_.CheckInput("letter", ba));
  EXPECT_EQ(first.bytes, second.bytes);
}

TEST_F(ContractCatalogTest, TypesThatOnlyAWorkerBroughtAreCheckedAndFound) {
  EXPECT_THAT(Attach(HelloOf(kFirst)), testing::IsOkAndHolds(ElementsAre("letter")));
  EXPECT_THAT(catalog_.CheckInput("letter", Input(kFirst, "title: ''")),
              StatusIs(kInvalid, "input.title must not be empty"));
  EXPECT_THAT(catalog_.CheckInput("letter", Input(kFirst, "title: 'x'")), IsOk());
  EXPECT_EQ(catalog_.FindMessage("test.Out").descriptor, catalog_.Find("letter")->output);
  EXPECT_EQ(catalog_.FindMessage("flowmesh.poem.v1.Poem").descriptor, poem::v1::Poem::descriptor());
  EXPECT_EQ(catalog_.FindMessage("test.Nothing").descriptor, nullptr);
}

TEST_F(ContractCatalogTest, CheckingChangesNothing) {
  ASSERT_OK(catalog_.CheckHello(HelloOf(kFirst)));
  EXPECT_EQ(catalog_.Find("letter"), nullptr);
}

TEST_F(ContractCatalogTest, TheSameHelloAgainStoresNothing) {
  ASSERT_OK(Attach(HelloOf(kFirst)));
  EXPECT_THAT(Attach(HelloOf(kFirst)), testing::IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(Attach(PoemHello()), testing::IsOkAndHolds(IsEmpty())) << "equal to what is compiled in";
}

TEST_F(ContractCatalogTest, AnIncompatibleContractIsRefusedNamingMessageAndField) {
  ASSERT_OK(Attach(HelloOf(kFirst)));
  const auto refused = Attach(HelloOf(kOther));
  EXPECT_THAT(refused,
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("field 1 of test.In (title) is string")));
  EXPECT_EQ(base::GetReason(refused.status()), "CONTRACT_INCOMPATIBLE");
  EXPECT_THAT(catalog_.CheckInput("letter", Input(kFirst, "title: 'x'")), IsOk());
}

TEST_F(ContractCatalogTest, AHigherVersionReplacesAndALowerOneMustStillFit) {
  ASSERT_OK(Attach(HelloOf(kFirst)));
  EXPECT_THAT(Attach(HelloOf(kOther, 2)), testing::IsOkAndHolds(ElementsAre("letter")));
  EXPECT_THAT(catalog_.CheckInput("letter", Input(kOther, "title: 7")), IsOk());
  EXPECT_THAT(Attach(HelloOf(kFirst, 1)), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Attach(HelloOf(kOther, 1)), testing::IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(catalog_.Find("letter")->record.code_version, 2);
}

TEST_F(ContractCatalogTest, NewFieldsAreTakenAndAnOlderWorkerDoesNotHideThem) {
  ASSERT_OK(Attach(HelloOf(kFirst)));
  EXPECT_THAT(Attach(HelloOf(kMore)), testing::IsOkAndHolds(ElementsAre("letter")));
  EXPECT_THAT(Attach(HelloOf(kFirst)), testing::IsOkAndHolds(IsEmpty()));
  EXPECT_NE(catalog_.Find("letter")->input->FindFieldByName("extra"), nullptr);
}

TEST_F(ContractCatalogTest, TheRetryPolicyIsTheNewestWorkers) {
  ASSERT_OK(Attach(HelloOf(kMore)));
  v1::Hello hello = HelloOf(kFirst);
  hello.mutable_types(0)->mutable_retry()->set_max_failures(9);
  EXPECT_THAT(Attach(hello), testing::IsOkAndHolds(ElementsAre("letter")));
  EXPECT_EQ(catalog_.Find("letter")->record.max_failures, 9);
  EXPECT_NE(catalog_.Find("letter")->input->FindFieldByName("extra"), nullptr);
}

TEST_F(ContractCatalogTest, TypeNamesMustStayAtTheSameVersion) {
  ASSERT_OK(Attach(HelloOf(kFirst)));
  v1::Hello hello = HelloOf(kFirst);
  hello.mutable_types(0)->set_output_type("test.In");
  EXPECT_THAT(Attach(hello),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("its output is test.Out, not test.In")));
}

TEST_F(ContractCatalogTest, TypesThatAreNotInTheDescriptorsAreNamed) {
  v1::Hello hello = HelloOf(kFirst);
  hello.mutable_types(0)->set_input_type("test.Nowhere");
  const auto refused = Attach(hello);
  EXPECT_EQ(base::GetViolations(refused.status()).at(0).field, "hello.types[0].input_type");
  hello.set_descriptors("junk");
  EXPECT_THAT(Attach(hello), StatusIs(kInvalid));
}

TEST_F(ContractCatalogTest, AHelloWithoutDescriptorsMayNameTypesCompiledIn) {
  v1::Hello hello = PoemHello();
  hello.clear_descriptors();
  EXPECT_THAT(Attach(hello), testing::IsOkAndHolds(IsEmpty()));
}

TEST_F(ContractCatalogTest, AHelloThatCameBetweenCheckAndAdoptDecides) {
  ASSERT_OK_AND_ASSIGN(const HelloContracts early, catalog_.CheckHello(HelloOf(kFirst)));
  ASSERT_OK(Attach(HelloOf(kOther)));
  EXPECT_THAT(catalog_.Adopt(early), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ContractCatalogTest, WhatWasStoredIsLoadedAgain) {
  ASSERT_OK_AND_ASSIGN(const HelloContracts contracts, catalog_.CheckHello(HelloOf(kFirst, 3)));
  ContractCatalog later;
  ASSERT_OK(later.AddBuiltin("poem", *poem::v1::WritePoem::descriptor(), *poem::v1::Poem::descriptor()));
  ASSERT_OK(later.Load(contracts.Changed()));
  EXPECT_THAT(later.CheckInput("letter", Input(kFirst, "title: 'x'")), IsOk());
  EXPECT_EQ(later.Find("letter")->record, contracts.types.at(0).current->record);
  ASSERT_EQ(later.List().size(), 2U);
  EXPECT_EQ(later.List()[0]->record.name, "letter");
  EXPECT_EQ(later.List()[1]->record.name, "poem");
}

TEST_F(ContractCatalogTest, ABrokenRecordIsReportedAndAnUnfittingOneLeftOut) {
  ContractRecord record;
  record.name = "letter";
  record.descriptors = "junk";
  EXPECT_THAT(catalog_.Load({record}), StatusIs(kInvalid));
  ASSERT_OK_AND_ASSIGN(const HelloContracts contracts, catalog_.CheckHello(HelloOf(kOther)));
  ASSERT_OK(Attach(HelloOf(kFirst)));
  EXPECT_OK(catalog_.Load(contracts.Changed()));
  EXPECT_THAT(catalog_.CheckInput("letter", Input(kFirst, "title: 'x'")), IsOk());
}

TEST_F(ContractCatalogTest, OutputsMustBeOfTheTypeAndParse) {
  poem::v1::Poem poem;
  poem.set_title("Rain");
  google::protobuf::Any output;
  output.PackFrom(poem);
  EXPECT_OK(catalog_.CheckOutput("poem", output));
  output.set_value("\xff");
  EXPECT_THAT(catalog_.CheckOutput("poem", output), StatusIs(kInvalid, HasSubstr("output does not parse")));
  EXPECT_THAT(catalog_.CheckOutput("poem", {}), StatusIs(kInvalid, HasSubstr("output must be")));
  EXPECT_THAT(catalog_.CheckOutput("none", output), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ContractCatalogTest, ACheckedInputOutlivesItsContract) {
  ASSERT_OK(Attach(HelloOf(kFirst)));
  ASSERT_OK_AND_ASSIGN(const CanonicalInput canonical, catalog_.CheckInput("letter", Input(kFirst, "title: 'x'")));
  ASSERT_OK(Attach(HelloOf(kOther, 2)));
  EXPECT_EQ(canonical.contract->input->full_name(), "test.In");
  EXPECT_EQ(canonical.contract->record.code_version, 1);
}

TEST_F(ContractCatalogTest, TheNumberOfTypesIsLimited) {
  std::size_t round = 0;
  absl::Status status;
  for (; status.ok() && round < 12; ++round) {
    v1::Hello hello = HelloOf(kFirst);
    const v1::TaskType type = hello.types(0);
    hello.clear_types();
    for (int i = 0; i < 1000; ++i) {
      *hello.add_types() = type;
      hello.mutable_types(i)->set_name(absl::StrCat("t", round, ".", i));
    }
    status = Attach(hello).status();
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(round, 10U) << "nine thousand and poem are there";
}

}  // namespace
}  // namespace flowmesh::door
