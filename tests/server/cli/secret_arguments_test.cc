#include "server/cli/secret_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "server/cli/secret_environment.h"

namespace flowmesh::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A process's arguments after its name, and what became of them.
struct Arguments {
  explicit Arguments(std::vector<std::string> words) : given(std::move(words)) {
    given.insert(given.begin(), "flowmesh");
    for (std::string& word : given) pointers.push_back(word.data());
    const absl::Status status = RefuseSecretArguments(static_cast<int>(pointers.size()), pointers.data());
    refusal = std::string(status.message());
    given.erase(given.begin());
  }
  std::vector<std::string> given;
  std::vector<char*> pointers;
  std::string refusal;  // empty = none
};

TEST(SecretArgumentsTest, FlagsThatTakeASecretAreRefusedWithAdviceAndHidden) {
  const Arguments token({"list", "--token", "hunter2", "--json"});
  EXPECT_THAT(token.refusal, AllOf(HasSubstr("--token "), HasSubstr("--token-file"), HasSubstr("FLOWMESH_TOKEN")));
  EXPECT_THAT(token.refusal, Not(HasSubstr("hunter2")));
  EXPECT_THAT(token.given, ElementsAre("list", "--token", "*******", "--json"));
  const Arguments joined({"server", "--keys=hunter2"});
  EXPECT_THAT(joined.refusal, AllOf(HasSubstr("--keys-file"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(joined.given, ElementsAre("server", "--keys=*******"));
  EXPECT_THAT(Arguments({"worker", "--api-key", "x"}).refusal, HasSubstr("OPENAI_API_KEY"));
  EXPECT_THAT(Arguments({"worker", "--token"}).refusal, HasSubstr("--token-file"));
}

TEST(SecretArgumentsTest, ASecretWhereAFileOrAUrlBelongsIsRefusedAndHidden) {
  const Arguments token({"list", "--token-file", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"});
  EXPECT_THAT(token.refusal, AllOf(HasSubstr("a token"), HasSubstr("--token-file FILE"), Not(HasSubstr("eyJ"))));
  EXPECT_THAT(token.given.back(), Not(HasSubstr("eyJ")));
  const Arguments key({"worker", "--text-model=sk-proj-0123456789abcdef01"});
  EXPECT_THAT(key.refusal, HasSubstr("OPENAI_API_KEY"));
  EXPECT_THAT(key.given.back(), Not(HasSubstr("sk-")));
  const Arguments url({"worker", "--text-base-url", "https://me:hunter2@models.example/v1"});
  EXPECT_THAT(url.refusal, AllOf(HasSubstr("URL"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(url.given.back(), Not(HasSubstr("hunter2")));
}

TEST(SecretArgumentsTest, ADatabaseAddressMayNameAUserButNoPassword) {
  const Arguments inside({"server", "--store", "postgres://me:hunter2@one,two:5433/mesh"});
  EXPECT_THAT(inside.refusal, AllOf(HasSubstr("FLOWMESH_STORE"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(inside.given.back(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(Arguments({"server", "--store=postgresql:///mesh?user=me&password=hunter2"}).refusal,
              AllOf(HasSubstr("PGPASSFILE"), Not(HasSubstr("hunter2"))));
  EXPECT_EQ(Arguments({"server", "--store", "postgres://me@one:5432,two:5433/mesh?sslmode=require"}).refusal, "");
}

TEST(SecretArgumentsTest, EverythingElseIsLeftAlone) {
  const std::vector<std::string> words = {"run",         "poem",     "--token-file",    "secrets/token",
                                          "--keys-file", "keys",     "--input",         "{\"title\": \"eyJ.a.b\"}",
                                          "--tls-key",   "door.key", "--text-base-url", "https://models.example/v1/@me",
                                          "--key",       "sk-1",     "--label",         "a=b@c"};
  const Arguments arguments(words);
  EXPECT_EQ(arguments.refusal, "");
  EXPECT_EQ(arguments.given, words);
}

TEST(SecretEnvironmentTest, SecretsAreTakenOutOfTheEnvironment) {
  char token[] = "FLOWMESH_TOKEN=a.b.c";
  putenv(token);  // stands where it stands, as those that a process is started with
  setenv("FLOWMESH_KEYS", "k", 1);
  setenv("OPENAI_API_KEY", "o", 1);
  setenv("FLOWMESH_STORE", "postgres://me:p@host/mesh", 1);
  const SecretEnvironment secrets = SecretEnvironment::Take();
  EXPECT_EQ(secrets.token, "a.b.c");
  EXPECT_EQ(secrets.keys, "k");
  EXPECT_EQ(secrets.model_key, "o");
  EXPECT_EQ(secrets.store, "postgres://me:p@host/mesh");
  for (const char* name : {"FLOWMESH_TOKEN", "FLOWMESH_KEYS", "OPENAI_API_KEY", "FLOWMESH_STORE"}) {
    EXPECT_EQ(getenv(name), nullptr);
  }
  EXPECT_STREQ(token, "FLOWMESH_TOKEN=") << "what was behind it is overwritten";
  EXPECT_EQ(SecretEnvironment::Take().token, "");
}

}  // namespace
}  // namespace flowmesh::cli
