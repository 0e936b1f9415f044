#include "workers/models/builtin/objectives/key_phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flowmesh::models {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Phrases(const std::string& description) { return KeyPhrases("Databases", description, 10); }

TEST(KeyPhrasesTest, ListsGiveTheirMembers) {
  EXPECT_THAT(Phrases("joins, indexes and transactions"), ElementsAre("joins", "indexes", "transactions"));
  EXPECT_THAT(Phrases("An introduction to joins; the design of schemas (normal forms) & backups."),
              ElementsAre("joins", "design of schemas", "normal forms", "backups"));
  EXPECT_THAT(Phrases("Topics:\n- query plans\n- locking\n• SQL injection"),
              ElementsAre("query plans", "locking", "SQL injection"));
  EXPECT_THAT(Phrases("It covers joins, indexes, etc."), ElementsAre("joins", "indexes"));
}

TEST(KeyPhrasesTest, SentencesAreNoPhrases) {
  EXPECT_THAT(Phrases("Learners should be able to design a schema."), IsEmpty());
  EXPECT_THAT(Phrases("This course teaches nurses how to read an ECG and react to emergencies."), IsEmpty());
  EXPECT_THAT(Phrases("Learn how to hold, sharpen and use a knife. Cutting boards, storage"),
              ElementsAre("Cutting boards", "storage"));
  EXPECT_THAT(Phrases("For community nurses: chronic wounds, dressings"), ElementsAre("chronic wounds", "dressings"));
  EXPECT_THAT(Phrases("We want to make it as good as we can for all of the people who come to us."), IsEmpty());
}

TEST(KeyPhrasesTest, OtherLanguagesAndScriptsAreCutAtTheirPunctuation) {
  EXPECT_THAT(Phrases("Formuły, tabele przestawne oraz wykresy"),
              ElementsAre("Formuły", "tabele przestawne", "wykresy"));
  EXPECT_THAT(Phrases("索引、事务，连接。"), ElementsAre("索引", "事务", "连接"));
}

TEST(KeyPhrasesTest, DotsInsideWordsEndNothing) {
  EXPECT_THAT(Phrases("Node.js 18.2, C++ and F#"), ElementsAre("Node.js 18.2", "C++", "F#"));
}

TEST(KeyPhrasesTest, RepetitionsTheTitleNumbersAndLongPartsAreLeftOut) {
  EXPECT_THAT(Phrases("Joins, joins, databases, 2024, a"), ElementsAre("Joins"));
  EXPECT_THAT(Phrases("one two three four five six"), IsEmpty());
  EXPECT_THAT(Phrases(std::string(200, 'x')), IsEmpty());
  EXPECT_THAT(Phrases(""), IsEmpty());
  EXPECT_THAT(Phrases(" ,;, . : and and "), IsEmpty());
  EXPECT_THAT(KeyPhrases("T", "aa, bb, cc, dd", 3), SizeIs(3));
}

TEST(TopicNameTest, WhatOnlySaysThatItIsACourseIsTakenOff) {
  EXPECT_EQ(TopicName("Introduction to PostgreSQL"), "PostgreSQL");
  EXPECT_EQ(TopicName("A short introduction to the French horn"), "the French horn");
  EXPECT_EQ(TopicName("Gardening for beginners"), "Gardening");
  EXPECT_EQ(TopicName("The basics of baking"), "baking");
  EXPECT_EQ(TopicName("The Great War"), "The Great War");
  EXPECT_EQ(TopicName("Short stories"), "Short stories");
  EXPECT_EQ(TopicName(" for beginners"), "for beginners");
  EXPECT_EQ(TopicName("Introduction to "), "Introduction to");
}

TEST(QuotedTest, QuotesInsideDoNotEndTheQuotation) {
  EXPECT_EQ(Quoted("SQL"), "“SQL”");
  EXPECT_EQ(Quoted(" The “Big”\n\t\"Data\" „Kurs” "), "“The ‘Big’ 'Data' ‘Kurs’”");
  EXPECT_EQ(Quoted(std::string(300, 'x')).size(), 80 - 1 + 3 * std::string("…").size());
}

}  // namespace
}  // namespace flowmesh::models
