#include "config/swarm/holders.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

const IpAddress kFive = IpAddress::parse("10.0.0.5").value();

EngineTask task(const std::string& id, const std::string& created,
                const std::string& network = "edge") {
    EngineTask made;
    made.id = id;
    made.created = created;
    made.running = made.wanted = true;
    made.addresses = {{network, kFive}};
    return made;
}

// The task that has 10.0.0.5 on the networks edge and second.
std::string holder(const std::vector<EngineTask>& tasks) {
    const Holders holders{tasks, {"edge", "second"}};
    std::string found;
    for (const EngineTask& one : tasks) {
        if (!holders.gave_away(kFive, one.id)) {
            found += one.id;
        }
    }
    return found;
}

TEST(Holders, AreTheYoungestOfThoseThatAreWanted) {
    EngineTask told = task("c", "3");
    told.wanted = false;
    EXPECT_EQ(holder({task("a", "1"), task("b", "2"), told}), "b");
    EXPECT_EQ(holder({told, task("b", "2"), task("a", "1")}), "b");
    EXPECT_EQ(holder({told}), "c") << "until its address is another's";
    EXPECT_EQ(holder({task("a", "1"), task("b", "1")}), "b") << "always the same one";
}

TEST(Holders, HaveAnAddressBeforeTheyRun) {
    EngineTask coming = task("b", "2");
    coming.running = false;
    EXPECT_EQ(holder({task("a", "1"), coming}), "b");
}

TEST(Holders, AreNotThoseThatHaveEnded) {
    EngineTask ended = task("b", "2");
    ended.running = ended.wanted = false;
    ended.ended = true;
    EXPECT_EQ(holder({task("a", "1"), ended}), "a");
}

TEST(Holders, AreOfTheNetworksThatMatter) {
    EXPECT_EQ(holder({task("a", "1"), task("b", "2", "second")}), "b");
    const Holders holders{{}, {"edge"}};
    EXPECT_FALSE(holders.gave_away(kFive, "a")) << "nobody is listed with it";
    const std::vector<EngineTask> elsewhere{task("b", "2", "other")};
    EXPECT_FALSE((Holders{elsewhere, {"edge"}}.gave_away(kFive, "a")));
}

}  // namespace
}  // namespace portcullis::swarm
