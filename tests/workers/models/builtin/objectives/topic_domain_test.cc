#include "workers/models/builtin/objectives/topic_domain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/match.h"

namespace flowmesh::models {
namespace {

std::string DomainOf(const std::string& title, const std::string& description = "") {
  const TopicDomain* const domain = FindDomain(title, description);
  return domain == nullptr ? "" : domain->name;
}

TEST(TopicDomainTest, WordsOfTitleAndDescriptionTellTheDomain) {
  EXPECT_EQ(DomainOf("Introduction to PostgreSQL"), "databases");
  EXPECT_EQ(DomainOf("Python for office work"), "software");
  EXPECT_EQ(DomainOf("Machine learning"), "data and machine learning");
  EXPECT_EQ(DomainOf("Business English"), "languages");
  EXPECT_EQ(DomainOf("Business plans"), "business");
  EXPECT_EQ(DomainOf("Spanish conversation"), "languages");
  EXPECT_EQ(DomainOf("First aid at work"), "first aid");
  EXPECT_EQ(DomainOf("Nursing for beginners"), "health and care");
  EXPECT_EQ(DomainOf("Kubernetes in production"), "cloud and operations");
  EXPECT_EQ(DomainOf("Bread at home", "Sourdough, kneading and baking"), "food and cooking");
  EXPECT_EQ(DomainOf("Język angielski w pracy"), "languages");
  EXPECT_EQ(DomainOf("Wound management", "For nurses: dressing wounds"), "health and care");
  EXPECT_EQ(DomainOf("GDPR for small companies", "personal data, breaches"), "law");
  EXPECT_EQ(DomainOf("Football coaching", "warm-ups and drills"), "sport and fitness");
  EXPECT_EQ(DomainOf("Public speaking"), "speaking and presenting");
  EXPECT_EQ(DomainOf("Knitting socks"), "crafts and trades");
  EXPECT_EQ(DomainOf("Dog training"), "animals");
  EXPECT_EQ(DomainOf("Fire safety at work"), "safety");
  EXPECT_EQ(DomainOf("Parenting toddlers", "tantrums, sleep, play"), "children and family");
  EXPECT_EQ(DomainOf("Chess openings"), "games of strategy");
  EXPECT_EQ(DomainOf("La Révolution française"), "history and society");
  EXPECT_EQ(DomainOf("Monday mornings", "planting vegetables and improving the soil"), "plants and gardens");
}

TEST(TopicDomainTest, WhatOnlyContainsAKeywordTellsNothing) {
  EXPECT_EQ(DomainOf("Party tricks"), "");  // art
  EXPECT_EQ(DomainOf("The art of doing nothing"), "");
  EXPECT_EQ(DomainOf("Claims and stains"), "");  // ai
  EXPECT_EQ(DomainOf("A day", "One word about money"), "");
  EXPECT_EQ(DomainOf(""), "");
  EXPECT_EQ(DomainOf("日本の歴史"), "");
}

TEST(TopicDomainTest, EveryDomainHasEnoughOfEachKindAndNothingTwice) {
  std::vector<const TopicDomain*> domains = AllTopicDomains();
  domains.push_back(&GeneralDomain());
  std::set<std::string> names;
  for (const TopicDomain* domain : domains) {
    EXPECT_TRUE(names.insert(domain->name).second) << domain->name;
    std::set<std::string> aspects;
    for (int kind = static_cast<int>(AspectKind::kConcept); kind < kAspectKinds; ++kind) {
      const std::vector<std::string> own = domain->Aspects(static_cast<AspectKind>(kind));
      EXPECT_GE(own.size(), 2u) << domain->name << " " << kind;
      for (const std::string& aspect : own) {
        EXPECT_TRUE(aspects.insert(aspect).second) << aspect;
        EXPECT_FALSE(aspect.front() == ' ' || aspect.back() == ' ' || absl::StrContains(aspect, "  ")) << aspect;
        EXPECT_EQ(absl::StrContains(aspect, "{t}"), domain == &GeneralDomain()) << aspect;
      }
    }
    for (const std::string& choice : domain->Aspects(AspectKind::kChoice)) {
      EXPECT_TRUE(absl::StrContains(choice, " and ") || absl::StartsWith(choice, "two ")) << choice;
    }
    for (const std::string& product : domain->Aspects(AspectKind::kProduct)) {
      EXPECT_TRUE(absl::StartsWith(product, "a ") || absl::StartsWith(product, "an ")) << product;
    }
  }
}

}  // namespace
}  // namespace flowmesh::models
