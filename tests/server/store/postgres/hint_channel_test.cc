// Hints between stores on one database. What a channel hears is waited for; that it hears nothing is seen by what it
// hears next, as the server keeps the order.
#include "server/store/postgres/hint_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <thread>

#include "server/base/mutex.h"
#include "server/store/postgres/hint_text.h"
#include "tests/server/store/postgres/postgres_fixture.h"

namespace flowmesh::store {
namespace {

using flowmesh::testing::PostgresCluster;
using ::testing::ElementsAreArray;

const Hint kEverything = {.everything = true};

// Told to a new channel to see that it hears; others may hear it too.
const Hint kProbe = {.mail = {424242}};

// Collects what a channel hears.
class Ear {
 public:
  explicit Ear(HintChannel* channel) : channel_(channel) {
    channel_->Listen([this](Hint hint) {
      if (hint == kProbe) return;
      base::MutexLock lock(mutex_);
      heard_.push_back(std::move(hint));
      changed_.NotifyAll();
    });
  }
  ~Ear() { channel_->Listen(nullptr); }

  // Waits for it.
  Hint Next() {
    base::MutexLock lock(mutex_);
    while (heard_.empty()) changed_.Wait(lock);
    Hint hint = std::move(heard_.front());
    heard_.pop_front();
    return hint;
  }

 private:
  HintChannel* const channel_;
  base::Mutex mutex_;
  base::CondVar changed_;
  std::deque<Hint> heard_ ABSL_GUARDED_BY(mutex_);
};

// Asked in a database that takes connections.
struct Server {
  std::string Execute(const std::string& sql) const { return PostgresCluster::Shared().Execute("postgres", sql); }
};

class HintChannelTest : public PostgresFixture {
 protected:
  // With a channel that listens, and that has said of its connection what it says.
  std::unique_ptr<PostgresStore> OpenListening(uint64_t replica) {
    const std::string before = Listening();
    PostgresOptions options;
    options.reconnect_cap = absl::Milliseconds(10);
    auto store = OpenStore(options, replica);
    WaitUntil(database_, "SELECT count(*) - " + before + kOfChannels);
    base::Mutex mutex;
    base::CondVar changed;
    bool heard = false;
    store->hints()->Listen([&](const Hint& hint) {
      base::MutexLock lock(mutex);
      heard |= hint == kProbe;
      changed.NotifyAll();
    });
    database_.Execute("SELECT pg_notify('flowmesh_' || md5(current_schema()), 'mail:424242')");
    {
      base::MutexLock lock(mutex);
      while (!heard) changed.Wait(lock);
    }
    store->hints()->Listen(nullptr);
    return store;
  }

  std::string Listening() { return database_.Execute(std::string("SELECT count(*)") + kOfChannels); }

  static constexpr char kOfChannels[] =
      " FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'flowmesh hints'";
};

TEST_F(HintChannelTest, StoresHearEachOtherAndNotThemselves) {
  const auto mine = OpenListening(1);
  const auto theirs = OpenListening(2);
  Ear my_ear(mine->hints());
  Ear their_ear(theirs->hints());
  const Hint from_me = {.executions = {ids_.Make("ann")}, .mail = {2}, .ready = true};
  const Hint from_them = {.flows = true, .replicas = true};
  mine->hints()->Send(from_me);
  EXPECT_EQ(their_ear.Next(), from_me);
  theirs->hints()->Send(from_them);
  EXPECT_EQ(my_ear.Next(), from_them);
  mine->hints()->Send({.ready = true});
  EXPECT_EQ(their_ear.Next(), Hint{.ready = true});
}

TEST_F(HintChannelTest, AnEmptyHintIsNotSent) {
  const auto mine = OpenListening(1);
  const auto theirs = OpenListening(2);
  Ear their_ear(theirs->hints());
  mine->hints()->Send({});
  mine->hints()->Send({.flows = true});
  EXPECT_EQ(their_ear.Next(), Hint{.flows = true});
}

TEST_F(HintChannelTest, WhatIsToldMeanwhileGoesTogether) {
  const auto mine = OpenListening(1);
  const auto theirs = OpenListening(2);
  Ear their_ear(theirs->hints());
  {
    // The thread is in a call, so nothing is sent.
    base::Mutex mutex;
    base::CondVar changed;
    bool called = false;
    bool told = false;
    mine->hints()->Listen([&](const Hint& hint) {
      if (hint == kProbe) return;
      base::MutexLock lock(mutex);
      called = true;
      changed.NotifyAll();
      while (!told) changed.Wait(lock);
    });
    theirs->hints()->Send({.flows = true});
    base::MutexLock lock(mutex);
    while (!called) changed.Wait(lock);
    for (int i = 0; i < 3; ++i) mine->hints()->Send({.executions = {ids_.Make("ann")}, .mail = {7}, .ready = true});
    mine->hints()->Send({.replicas = true});
    told = true;
    changed.NotifyAll();
    lock.Unlock();
    mine->hints()->Listen(nullptr);
  }
  const Hint heard = their_ear.Next();
  EXPECT_EQ(heard.executions.size(), 3);
  EXPECT_EQ(heard.mail, std::vector<uint64_t>{7});
  EXPECT_TRUE(heard.ready);
  EXPECT_TRUE(heard.replicas);
  EXPECT_FALSE(heard.flows);
}

TEST_F(HintChannelTest, ManyExecutionsAreNamedAndMoreAreEverything) {
  const auto mine = OpenListening(1);
  const auto theirs = OpenListening(2);
  Ear their_ear(theirs->hints());
  Hint many;
  for (size_t i = 0; i < postgres::kMaxHintNames; ++i) many.executions.push_back(ids_.Make("ann"));
  mine->hints()->Send(many);
  std::set<Id> heard;
  while (heard.size() < many.executions.size()) {
    for (const Id& id : their_ear.Next().executions) EXPECT_TRUE(heard.insert(id).second);
  }
  std::sort(many.executions.begin(), many.executions.end());
  EXPECT_THAT(heard, ElementsAreArray(many.executions));
  many.executions.push_back(ids_.Make("ann"));
  mine->hints()->Send(many);
  EXPECT_EQ(their_ear.Next(), kEverything);
}

TEST_F(HintChannelTest, AConnectionThatWasLostMayHaveMissedEverything) {
  const auto theirs = OpenListening(2);
  const std::string other = database_.Execute(std::string("SELECT pid") + kOfChannels);
  const auto mine = OpenListening(1);
  Ear my_ear(mine->hints());
  for (int i = 0; i < 3; ++i) {
    database_.Execute(std::string("SELECT pg_terminate_backend(pid)") + kOfChannels + " AND pid <> " + other);
    EXPECT_EQ(my_ear.Next(), kEverything);
    theirs->hints()->Send({.mail = {1}});
    EXPECT_EQ(my_ear.Next(), Hint{.mail = {1}}) << "once";
  }
}

TEST_F(HintChannelTest, WithoutADatabaseHintsWaitForIt) {
  const auto mine = OpenListening(1);
  const std::string connection = database_.Execute(std::string("SELECT pid") + kOfChannels);
  const auto theirs = OpenListening(2);
  Ear my_ear(mine->hints());
  Ear their_ear(theirs->hints());
  const PostgresCluster& cluster = PostgresCluster::Shared();
  cluster.Execute("postgres", "ALTER DATABASE " + database_.name() + " ALLOW_CONNECTIONS false");
  cluster.Execute("postgres", "SELECT pg_terminate_backend(" + connection + ")");
  const Server server;
  WaitUntil(server, "SELECT (count(*) = 0)::int FROM pg_stat_activity WHERE pid = " + connection);
  Hint told;
  for (int i = 0; i < 100; ++i) {
    told.executions.push_back(ids_.Make("ann"));
    mine->hints()->Send({.executions = {told.executions.back()}});
  }
  cluster.Execute("postgres", "ALTER DATABASE " + database_.name() + " ALLOW_CONNECTIONS true");
  EXPECT_EQ(my_ear.Next(), kEverything);
  EXPECT_EQ(their_ear.Next(), told) << "in one";
  theirs->hints()->Send({.ready = true});
  EXPECT_EQ(my_ear.Next(), Hint{.ready = true});
}

TEST_F(HintChannelTest, NoCallIsUnderWayWhenNobodyListensAnyMore) {
  const auto mine = OpenListening(1);
  const auto theirs = OpenListening(2);
  base::Mutex mutex;
  base::CondVar changed;
  bool called = false;
  bool may_return = false;
  std::atomic<bool> returned = false;
  mine->hints()->Listen([&](const Hint& hint) {
    if (hint == kProbe) return;
    base::MutexLock lock(mutex);
    called = true;
    changed.NotifyAll();
    while (!may_return) changed.Wait(lock);
    returned = true;
  });
  theirs->hints()->Send({.ready = true});
  {
    base::MutexLock lock(mutex);
    while (!called) changed.Wait(lock);
  }
  std::atomic<bool> asked = false;
  bool returned_first = false;
  std::thread leaver([&] {
    asked = true;
    mine->hints()->Listen(nullptr);
    returned_first = returned;
  });
  while (!asked) std::this_thread::yield();
  {
    base::MutexLock lock(mutex);
    may_return = true;
    changed.NotifyAll();
  }
  leaver.join();
  EXPECT_TRUE(returned_first);
  // Whoever listens next hears what comes from now on.
  Ear my_ear(mine->hints());
  theirs->hints()->Send({.flows = true});
  EXPECT_EQ(my_ear.Next(), Hint{.flows = true});
}

TEST_F(HintChannelTest, AnotherSchemaIsAnotherChannel) {
  database_.Execute("CREATE SCHEMA other");
  const auto mine = OpenListening(1);
  PostgresOptions options;
  options.url =
      database_.url() + (database_.url().find('?') == std::string::npos ? "?" : "&") + "options=-csearch_path%3Dother";
  const std::string before = Listening();
  const auto elsewhere = OpenStore(options, 2);
  WaitUntil(database_, "SELECT count(*) - " + before + kOfChannels);
  const auto theirs = OpenListening(3);
  Ear my_ear(mine->hints());
  Ear their_ear(theirs->hints());
  elsewhere->hints()->Send({.flows = true});
  WaitUntil(database_,
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'flowmesh hints' AND state = 'idle' "
            "AND query LIKE '%pg_notify%'");
  theirs->hints()->Send({.ready = true});
  EXPECT_EQ(my_ear.Next(), Hint{.ready = true});
}

TEST_F(HintChannelTest, MayBeLeftOut) {
  PostgresOptions options;
  options.notify = false;
  const auto store = OpenStore(options);
  EXPECT_EQ(store->hints(), nullptr);
  EXPECT_EQ(Listening(), "0");
}

}  // namespace
}  // namespace flowmesh::store
