#include "proxy/http/via.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis::http {
namespace {

const std::string kUs{pseudonym()};

RequestHead request(std::vector<Field> fields) {
    RequestHead head;
    head.fields = std::move(fields);
    return head;
}

std::string via(const RequestHead& head, bool trusted) {
    FieldList fields;
    add_via(fields, head, trusted);
    EXPECT_EQ(fields.all().size(), 1U);
    return std::string{fields.all()[0].value};
}

TEST(Pseudonym, IsTheProcesssOwn) {
    EXPECT_EQ(kUs.size(), std::string_view{"portcullis-01234567"}.size());
    EXPECT_TRUE(kUs.starts_with("portcullis-"));
    EXPECT_EQ(pseudonym(), kUs);
}

TEST(AddVia, KeepsOfStrangersOnlyWhatCountsThePasses) {
    const RequestHead head =
        request({{"Via", "1.1 evil, 1.1 portcullis-0a1b2c3d, 1.1 portcullis-0a1b2c3d (x)"},
                 {"via", "2 portcullis-00000000, 1.1 portcullis-xyz, 3 portcullis-00000000"}});
    EXPECT_EQ(via(head, false), "1.1 portcullis-0a1b2c3d, 2 portcullis-00000000, 1.1 " + kUs);
    EXPECT_EQ(via(request({}), false), "1.1 " + kUs);
    EXPECT_EQ(via(request({{"Via", ""}}), false), "1.1 " + kUs);
}

TEST(AddVia, AppendsToATrustedClientsOwn) {
    EXPECT_EQ(via(request({{"Via", "1.0 first"}, {"Via", "1.1 second (x)"}}), true),
              "1.0 first, 1.1 second (x), 1.1 " + kUs);
}

// A request that is sent back to us again and again is known after so many passes, and not before.
TEST(Loops, AfterSoManyPassesOfThisProcess) {
    RequestHead head = request({});
    std::string before;
    for (int pass = 0; pass < kPassesMax; ++pass) {
        EXPECT_FALSE(loops(head)) << pass;
        before = via(head, false);
        head = request({{"Via", before}});
    }
    EXPECT_TRUE(loops(head)) << before;
}

TEST(Loops, AreNoChainOfOtherProxies) {
    std::string chain;
    for (int i = 0; i < 20; ++i) {
        chain += "1.1 portcullis-0a1b2c3d, 1.1 portcullis, ";
    }
    EXPECT_FALSE(loops(request({{"Via", chain}})));
}

}  // namespace
}  // namespace portcullis::http
