#include "server/cli/client_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "tests/server/cli/scripted_server.h"
#include "tests/support/temporary_directory.h"

namespace flowmesh::cli {
namespace {

using ::testing::HasSubstr;

class ClientCommandsTest : public ::testing::Test {
 protected:
  ClientCommandsTest() {
    terminal_.in = &in_;
    terminal_.out = &out_;
    terminal_.err = &err_;
    unsetenv("FLOWMESH_SERVER");
    unsetenv("FLOWMESH_TOKEN");
    unsetenv("FLOWMESH_KEYS");
  }

  // The exit code, or -1 when the command line itself is refused; why is then in err_.
  int Call(std::vector<std::string> arguments) {
    CLI::App app("", "flowmesh");
    ExitCode code = ExitCode::kOk;
    const SecretEnvironment secrets = SecretEnvironment::Take();
    AddClientCommands(app, terminal_, secrets, code);
    std::reverse(arguments.begin(), arguments.end());
    try {
      app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      err_ << error.what();
      return -1;
    }
    return static_cast<int>(code);
  }

  ScriptedServer server_;
  Terminal terminal_;
  std::istringstream in_;
  std::ostringstream out_, err_;
};

TEST_F(ClientCommandsTest, RunTakesItsFlagsInAnyOrder) {
  server_.ScriptTails({{.events = {StateEvent(1, v1::Execution::COMPLETED)}}});
  EXPECT_EQ(Call({"run", "--label", "a=1", "--server", server_.address(), "poem", "--label", "b=x=y", "--timeout",
                  "1m30s", "--priority", "3", "--key", "k", "--input", "{}"}),
            0)
      << err_.str();
  ASSERT_EQ(server_.creates().size(), 1u);
  EXPECT_EQ(server_.creates()[0].labels().at("a"), "1");
  EXPECT_EQ(server_.creates()[0].labels().at("b"), "x=y");
  EXPECT_EQ(server_.creates()[0].timeout().seconds(), 90);
  EXPECT_EQ(server_.creates()[0].priority(), 3);
}

TEST_F(ClientCommandsTest, ServerAndTokenComeFromTheEnvironment) {
  setenv("FLOWMESH_SERVER", server_.address().c_str(), 1);
  setenv("FLOWMESH_TOKEN", "from.the.environment", 1);
  EXPECT_EQ(Call({"run", "poem", "--no-follow"}), 0) << err_.str();
  EXPECT_EQ(server_.authorization(), "Bearer from.the.environment");
}

TEST_F(ClientCommandsTest, TheTokenComesFromAFile) {
  testing::TemporaryDirectory directory;
  std::ofstream(directory.file("token")) << "from.a.file\n";
  EXPECT_EQ(
      Call({"run", "poem", "--no-follow", "--server", server_.address(), "--token-file", directory.file("token")}), 0);
  EXPECT_EQ(server_.authorization(), "Bearer from.a.file");
  EXPECT_THAT(err_.str(), HasSubstr("chmod 600 " + directory.file("token")));
}

TEST_F(ClientCommandsTest, BadValuesAreRefusedByName) {
  EXPECT_EQ(Call({"run", "poem", "--timeout", "soon"}), -1);
  EXPECT_THAT(err_.str(), HasSubstr("--timeout"));
  EXPECT_EQ(Call({"run", "poem", "--label", "nothing"}), -1);
  EXPECT_THAT(err_.str(), HasSubstr("NAME=VALUE"));
  EXPECT_EQ(Call({"list", "--state", "LOST"}), -1);
  EXPECT_THAT(err_.str(), HasSubstr("LOST"));
  EXPECT_EQ(Call({"run"}), -1);
  EXPECT_EQ(Call({"run", "poem", "--priority", "10"}), -1);
  EXPECT_EQ(Call({"logs", "id", "--after", "-1"}), -1);
  EXPECT_EQ(server_.creates().size(), 0u);
}

TEST_F(ClientCommandsTest, ListTakesStatesInEitherCase) {
  EXPECT_EQ(Call({"list", "--server", server_.address(), "--state", "running,FAILED", "--limit", "2"}), 0)
      << err_.str();
  ASSERT_EQ(server_.lists().size(), 1u);
  EXPECT_THAT(server_.lists()[0].states(), ::testing::ElementsAre(v1::Execution::RUNNING, v1::Execution::FAILED));
}

TEST_F(ClientCommandsTest, LogsTakesKindsInOneWord) {
  server_.ScriptTails({{}});
  EXPECT_EQ(Call({"logs", "--kinds", "log,progress", ScriptedServer::kId, "--server", server_.address()}), 0);
  ASSERT_EQ(server_.tails().size(), 1u);
  EXPECT_THAT(server_.tails()[0].kinds(), ::testing::ElementsAre("log", "progress"));
}

TEST_F(ClientCommandsTest, TokenSignsWithKeysFromTheEnvironmentOrAFile) {
  const std::string secret = "0123456789abcdef0123456789abcdef";
  setenv("FLOWMESH_KEYS", secret.c_str(), 1);
  EXPECT_EQ(Call({"token", "--subject", "ada", "--role", "worker", "--role", "admin", "--ttl", "5m"}), 0) << err_.str();
  EXPECT_THAT(out_.str(), ::testing::MatchesRegex("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\n"));
  unsetenv("FLOWMESH_KEYS");
  testing::TemporaryDirectory directory;
  std::ofstream(directory.file("keys")) << secret;
  EXPECT_EQ(Call({"token", "--subject", "ada", "--keys-file", directory.file("keys")}), 0) << err_.str();
}

TEST_F(ClientCommandsTest, TokenWithoutKeysOrWithAnUnknownRoleIsRefused) {
  EXPECT_EQ(Call({"token", "--subject", "ada"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("FLOWMESH_KEYS"));
  setenv("FLOWMESH_KEYS", "0123456789abcdef0123456789abcdef", 1);
  EXPECT_EQ(Call({"token", "--subject", "ada", "--role", "king"}), 2);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ClientCommandsTest, TokenSignsWithTheKeyThatIsNamed) {
  testing::TemporaryDirectory directory;
  std::ofstream(directory.file("keys"))
      << R"({"keys":[{"kty":"oct","kid":"a","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},)"
      << R"({"kty":"oct","kid":"b","k":"ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA"}]})";
  EXPECT_EQ(Call({"token", "--subject", "ada", "--keys-file", directory.file("keys"), "--kid", "b"}), 0) << err_.str();
  std::string header;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(out_.str().substr(0, out_.str().find('.')), &header));
  EXPECT_THAT(header, HasSubstr(R"("kid":"b")"));
  EXPECT_EQ(Call({"token", "--subject", "ada", "--keys-file", directory.file("keys"), "--kid", "c"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("\"c\""));
}

TEST_F(ClientCommandsTest, ATokenDoesNotTravelInPlainTextToAnotherMachineWithoutLeave) {
  setenv("FLOWMESH_TOKEN", "a.b.c", 1);
  EXPECT_EQ(Call({"list", "--server", "192.0.2.1:7350"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("--tls-ca"));
  EXPECT_EQ(Call({"list", "--server", "192.0.2.1:7350", "--allow-plaintext", "--deadline", "1ms"}), 6);
}

TEST_F(ClientCommandsTest, AFileOfAuthoritiesThatIsNoGoodIsNamed) {
  EXPECT_EQ(Call({"list", "--server", server_.address(), "--tls-ca", "/nowhere/ca.pem"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("/nowhere/ca.pem"));
}

}  // namespace
}  // namespace flowmesh::cli
