#ifndef FLOWMESH_TESTS_SUPPORT_POSTGRES_CLUSTER_H_
#define FLOWMESH_TESTS_SUPPORT_POSTGRES_CLUSTER_H_

#include <memory>
#include <string>

namespace flowmesh::testing {

// A PostgreSQL server of this program alone, on a Unix socket in a temporary directory. A process beside this one keeps
// it, ends it and removes its directory when this object goes or this program dies in whatever way. Started by root it
// runs as the user `postgres`. Whatever goes wrong aborts the program with a message. One thread at a time.
class PostgresCluster {
 public:
  enum class Durability {
    kNone,  // fsync off: survives the end of its processes, not of the machine
    kFull,
  };

  explicit PostgresCluster(Durability durability = Durability::kNone);
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  // The one that the tests of this program share, each with a database of its own. Started by the first call.
  static PostgresCluster& Shared();

  // Stops in an orderly way, which ends all connections and rolls back what is open, and starts again.
  void Restart();
  // The same without a chance to write anything: it recovers from its log.
  void CrashAndRestart();

  // Holds the socket; the server's is .s.PGSQL.5432.
  const std::string& directory() const { return directory_; }
  std::string Url(const std::string& database) const { return Url(database, directory_); }
  static std::string Url(const std::string& database, const std::string& socket_directory);

  // Runs statements on a connection of their own; answers the first column of the last one's first row, "" if there is
  // none.
  std::string Execute(const std::string& database, const std::string& sql) const;

 private:
  void Demand(char command);

  std::string directory_;
  int keeper_ = -1;   // process id
  int control_ = -1;  // socket to it
};

// An empty database, dropped with whatever still uses it when this object goes.
class PostgresDatabase {
 public:
  explicit PostgresDatabase(PostgresCluster& cluster);
  ~PostgresDatabase();
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;

  const std::string& name() const { return name_; }
  std::string url() const { return cluster_.Url(name_); }
  std::string Execute(const std::string& sql) const { return cluster_.Execute(name_, sql); }

 private:
  PostgresCluster& cluster_;
  const std::string name_;
};

}  // namespace flowmesh::testing

#endif  // FLOWMESH_TESTS_SUPPORT_POSTGRES_CLUSTER_H_
