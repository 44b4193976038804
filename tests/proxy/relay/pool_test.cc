#include "proxy/relay/pool.h"

#include <gtest/gtest.h>

#include <list>
#include <set>

namespace portcullis::relay {
namespace {

struct Thing {
    void reset() { ++resets; }

    int resets = 0;
};

TEST(Pool, LendsWhatWasGivenBackAsGoodAsNew) {
    Pool<Thing> pool;
    const Thing* at = nullptr;
    {
        const Pool<Thing>::Lent lent{pool};
        at = &*lent;
    }
    const Pool<Thing>::Lent again{pool};
    const Pool<Thing>::Lent other{pool};
    EXPECT_EQ(&*again, at);
    EXPECT_EQ(again->resets, 1);
    EXPECT_NE(&*other, at);
    EXPECT_EQ(other->resets, 0);
}

TEST(Pool, KeepsABoundedNumberOfSpares) {
    Pool<Thing> pool;
    std::list<Pool<Thing>::Lent> lent;
    for (std::size_t i = 0; i < 3 * Pool<Thing>::kSparesMax; ++i) {
        lent.emplace_back(pool);
    }
    lent.clear();
    std::size_t used = 0;
    for (std::size_t i = 0; i < 2 * Pool<Thing>::kSparesMax; ++i) {
        used += lent.emplace_back(pool)->resets == 1 ? 1U : 0U;
    }
    EXPECT_EQ(used, Pool<Thing>::kSparesMax);
}

}  // namespace
}  // namespace portcullis::relay
