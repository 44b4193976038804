#include "proxy/origin/stats.h"

#include <gtest/gtest.h>

#include <set>

namespace portcullis::origin {
namespace {

template <class Event>
void expect_names(std::size_t size) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < size; ++i) {
        const std::string_view word = name(static_cast<Event>(i));
        EXPECT_TRUE(names.insert(word).second) << word;
        EXPECT_EQ(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
    }
    EXPECT_FALSE(names.contains(""));
}

TEST(Stats, EachEventHasANameOfItsOwn) {
    expect_names<ServiceEvent>(kServiceEvents);
    expect_names<EndpointEvent>(kEndpointEvents);
}

TEST(Stats, CountEachEventOnItsOwn) {
    ServiceStats stats;
    stats.add(ServiceEvent::retries);
    stats.add(ServiceEvent::retries);
    EXPECT_EQ(stats.of(ServiceEvent::retries), 2U);
    EXPECT_EQ(stats.of(ServiceEvent::retries_refused), 0U);
}

}  // namespace
}  // namespace portcullis::origin
