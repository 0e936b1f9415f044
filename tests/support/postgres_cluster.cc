#include "tests/support/postgres_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace flowmesh::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kStart = 's';
constexpr char kRestart = 'r';
constexpr char kCrash = 'c';
constexpr char kDone = '.';

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "the PostgreSQL cluster of the tests: %s\n", why.c_str());
  std::abort();
}

// Where initdb and postgres are: Debian keeps them out of the path.
std::string FindPrograms() {
  std::vector<std::string> folders;
  if (const char* chosen = std::getenv("FLOWMESH_POSTGRES_BIN")) folders.emplace_back(chosen);
  std::error_code ignored;
  for (int version = 30; version >= 15; --version) {
    folders.push_back("/usr/lib/postgresql/" + std::to_string(version) + "/bin");
  }
  folders.insert(folders.end(), {"/usr/local/bin", "/usr/bin"});
  for (const std::string& folder : folders) {
    if (fs::exists(folder + "/initdb", ignored)) return folder;
  }
  Die("no initdb of PostgreSQL 15 or newer; install the package postgresql or set FLOWMESH_POSTGRES_BIN");
}

// The process that keeps the server. It runs nothing but this and must not return.
class Keeper {
 public:
  Keeper(std::string programs, std::string directory, bool durable, int control)
      : programs_(std::move(programs)), directory_(std::move(directory)), durable_(durable), control_(control) {}

  [[noreturn]] void Run() {
    setsid();
    // Where this program was started may be nothing for the server's user to see.
    if (chdir(directory_.c_str()) != 0) _exit(1);
    const int log = open((directory_ + "/log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    char command = 0;
    while (read(control_, &command, 1) == 1) {
      bool done = false;
      if (command == kStart) done = InitDb() && Start();
      if (command == kRestart) done = Stop(SIGINT) && Start();
      if (command == kCrash) done = Stop(SIGQUIT) && Start();
      const char answer = done ? kDone : '!';
      if (write(control_, &answer, 1) != 1) break;
    }
    Stop(SIGQUIT);
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
    _exit(0);
  }

 private:
  pid_t Spawn(std::vector<std::string> words) {
    const pid_t child = fork();
    if (child != 0) return child;
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }

  bool InitDb() {
    const pid_t child = Spawn({programs_ + "/initdb", "--no-sync", "--no-instructions", "-A", "trust", "-E", "UTF8",
                               "--locale=C", "-U", "flowmesh", "-D", directory_ + "/data"});
    int status = 0;
    return waitpid(child, &status, 0) == child && status == 0;
  }

  bool Start() {
    std::vector<std::string> words = {
        programs_ + "/postgres", "-D", directory_ + "/data", "-k", directory_,           "-c",
        "listen_addresses=",     "-c", "max_connections=50", "-c", "shared_buffers=32MB"};
    if (!durable_) {
      for (const char* setting : {"fsync=off", "full_page_writes=off"}) words.insert(words.end(), {"-c", setting});
    }
    server_ = Spawn(words);
    // The server tells its state in the last line of this file; there is nothing to wait for but the file.
    for (int i = 0; i < 6000; ++i) {
      std::ifstream state(directory_ + "/data/postmaster.pid");
      std::string line;
      std::string last;
      bool ours = std::getline(state, line) && line == std::to_string(server_);
      while (std::getline(state, line)) last = line;
      if (ours && last.substr(0, 5) == "ready") return true;
      if (waitpid(server_, nullptr, WNOHANG) == server_) return false;
      poll(nullptr, 0, 10);
    }
    return false;
  }

  bool Stop(int signal) {
    if (server_ <= 0) return true;
    kill(server_, signal);
    const bool ended = waitpid(server_, nullptr, 0) == server_;
    server_ = -1;
    return ended;
  }

  const std::string programs_;
  const std::string directory_;
  const bool durable_;
  const int control_;
  pid_t server_ = -1;
};

std::string RunSql(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  if (PQstatus(connection) != CONNECTION_OK) Die(PQerrorMessage(connection));
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) Die(sql + ": " + PQresultErrorMessage(result));
  std::string answer;
  if (PQntuples(result) > 0) answer = PQgetvalue(result, 0, 0);
  PQclear(result);
  PQfinish(connection);
  return answer;
}

std::string FreshName() {
  static std::atomic<int> next = 0;
  return "test_" + std::to_string(++next);
}

}  // namespace

PostgresCluster::PostgresCluster(Durability durability) {
  const std::string programs = FindPrograms();
  std::string pattern = fs::temp_directory_path() / "flowmesh-pg-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) Die("cannot make a temporary directory");
  directory_ = pattern;
  const passwd* user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
  if (geteuid() == 0) {
    if (user == nullptr) Die("PostgreSQL does not run as root and there is no user postgres");
    if (chown(directory_.c_str(), user->pw_uid, user->pw_gid) != 0) Die("cannot give its directory to postgres");
  }
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) Die("no socket");
  keeper_ = fork();
  if (keeper_ < 0) Die("cannot fork");
  if (keeper_ == 0) {
    close(sockets[0]);
    if (user != nullptr && (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
      _exit(1);
    }
    Keeper(programs, directory_, durability == Durability::kFull, sockets[1]).Run();
  }
  close(sockets[1]);
  control_ = sockets[0];
  Demand(kStart);
}

PostgresCluster::~PostgresCluster() {
  close(control_);
  waitpid(keeper_, nullptr, 0);
}

PostgresCluster& PostgresCluster::Shared() {
  static PostgresCluster cluster;
  return cluster;
}

void PostgresCluster::Restart() { Demand(kRestart); }

void PostgresCluster::CrashAndRestart() { Demand(kCrash); }

void PostgresCluster::Demand(char command) {
  char answer = 0;
  if (write(control_, &command, 1) == 1 && read(control_, &answer, 1) == 1 && answer == kDone) return;
  std::ifstream log(directory_ + "/log");
  Die("it does not start:\n" + std::string(std::istreambuf_iterator<char>(log), {}));
}

std::string PostgresCluster::Url(const std::string& database, const std::string& socket_directory) {
  return "postgresql:///" + database + "?user=flowmesh&host=" + socket_directory;
}

std::string PostgresCluster::Execute(const std::string& database, const std::string& sql) const {
  return RunSql(Url(database), sql);
}

PostgresDatabase::PostgresDatabase(PostgresCluster& cluster) : cluster_(cluster), name_(FreshName()) {
  cluster_.Execute("postgres", "CREATE DATABASE " + name_);
}

PostgresDatabase::~PostgresDatabase() { cluster_.Execute("postgres", "DROP DATABASE " + name_ + " WITH (FORCE)"); }

}  // namespace flowmesh::testing
