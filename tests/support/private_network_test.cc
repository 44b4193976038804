#include "tests/support/private_network.h"

#include "base/fd.h"
#include "tests/support/raw_client.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <net/if.h>

namespace portcullis::test {
namespace {

// scenario_main.cc has entered it.
TEST(PrivateNetwork, HasALoopbackAndNothingElse) {
    struct if_nameindex* names = ::if_nameindex();
    int count = 0;
    for (; names[count].if_index != 0; ++count) {
        EXPECT_STREQ(names[count].if_name, "lo");
    }
    ::if_freenameindex(names);
    EXPECT_EQ(count, 1);
}

TEST(PrivateNetwork, HasPort443Free) {
    const RawOrigin origin{always(answer("mine")), 443};
    EXPECT_TRUE(RawClient::plain(443).connected());
}

}  // namespace
}  // namespace portcullis::test
