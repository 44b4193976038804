#include "proxy/fault.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace portcullis {
namespace {

std::vector<Fault> all() {
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < kFaults; ++i) {
        faults.push_back(static_cast<Fault>(i));
    }
    return faults;
}

TEST(Fault, EachHasANameOfItsOwnInSnakeCase) {
    std::set<std::string_view> names;
    for (const Fault fault : all()) {
        EXPECT_TRUE(names.insert(name(fault)).second) << name(fault) << " twice";
        EXPECT_EQ(name(fault).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
                  std::string_view::npos)
            << name(fault);
    }
    EXPECT_FALSE(names.contains(""));
}

TEST(Fault, TellsTheClientAStatusAndASentenceOrNeither) {
    for (const Fault fault : all()) {
        EXPECT_EQ(status(fault) == 0, sentence(fault).empty()) << name(fault);
        EXPECT_TRUE(status(fault) == 0 || (status(fault) >= 400 && status(fault) < 600))
            << name(fault);
    }
}

TEST(Fault, SaysByTheStatusWhoseItIs) {
    for (const Fault fault : all()) {
        const int code = status(fault);
        if (code >= 400 && code < 500) {
            EXPECT_EQ(blame(fault), Blame::client) << name(fault);
        } else if (code >= 500) {
            EXPECT_NE(blame(fault), Blame::client) << name(fault);
        }
    }
}

TEST(Fault, BlamesTheSideThatItsNameNames) {
    for (const Fault fault : all()) {
        if (name(fault).starts_with("client_")) {
            EXPECT_EQ(blame(fault), Blame::client) << name(fault);
        }
        EXPECT_EQ(name(fault).starts_with("origin_"), blame(fault) == Blame::origin) << name(fault);
        const bool nobodys =
            fault == Fault::none || fault == Fault::stream_idle || fault == Fault::tunnel_refused;
        EXPECT_EQ(nobodys, blame(fault) == Blame::nobody) << name(fault);
    }
}

TEST(Fault, SaysNothingOnceTheAnswersBodyIsUnderWay) {
    for (const Fault fault :
         {Fault::origin_cut_body, Fault::origin_slow_body, Fault::client_slow_reader}) {
        EXPECT_EQ(status(fault), 0) << name(fault);
    }
}

TEST(Fault, OnlyAConnectionThatDiedBeforeTheAnswerIsTriedAgain) {
    for (const Fault fault : all()) {
        EXPECT_EQ(retry(fault), fault == Fault::origin_reset ? Retry::if_reused : Retry::never)
            << name(fault);
    }
}

}  // namespace
}  // namespace portcullis
