#include "server/base/loopback.h"

#include <gtest/gtest.h>

namespace flowmesh::base {
namespace {

TEST(LoopbackTest, NamesAndAddressesOfThisMachineAreLoopback) {
  for (const char* host :
       {"localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:7350", "127.9.8.7:0", "[::1]", "[::1]:80"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
}

TEST(LoopbackTest, WhatMayLeadElsewhereIsNot) {
  for (const char* host : {"", ":80", "127.example.org", "127.0.0.1.example.org", "127.1", "localhost.example.org",
                           "0.0.0.0:80", "10.0.0.1", "[::1", "[::1]example.org", "[::]", "[::2]:80", "[]"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

}  // namespace
}  // namespace flowmesh::base
