// Bans: elements of sets that are there, changed without a new program.
#include "firewall/netlink/kernel.h"
#include "tests/firewall/netlink/nft.h"
#include "tests/firewall/netlink/sample.h"
#include "tests/support/eventually.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

namespace portcullis::firewall {
namespace {

using namespace std::chrono_literals;

Set set_named(std::string name, KeyType type, bool interval) {
    Set set;
    set.name = std::move(name);
    set.type = type;
    set.interval = interval;
    set.timeout = true;
    return set;
}

// One element for each of count addresses or prefixes, apart from each other.
std::vector<Element> many(KeyType type, bool interval, std::uint32_t count, Expiry expiry) {
    std::vector<Element> elements;
    for (std::uint32_t i = 0; i < count; ++i) {
        Bytes first{0, width_of(type)};
        const std::uint32_t number = 0x0b00'0000 + i * 512;
        for (std::size_t byte = 0; byte < 4; ++byte) {
            first[byte] = static_cast<std::uint8_t>(number >> (24 - 8 * byte));
        }
        Bytes last = first;
        if (interval) {
            last[last.size() - 1] = 0xff;
        }
        elements.push_back({first, last, expiry});
    }
    return elements;
}

// A time runs from the moment at which the kernel hears of it, which is a little later than the one
// at which it was reckoned: seconds on a machine that is busy with a sanitizer.
bool same(const std::vector<Element>& held, const std::vector<Element>& wanted) {
    return std::equal(held.begin(), held.end(), wanted.begin(), wanted.end(),
                      [](const Element& a, const Element& b) {
                          return a.first == b.first && a.last == b.last && a.expires &&
                                 *a.expires - *b.expires <= 60s && *b.expires <= *a.expires;
                      });
}

class ChangeElements : public testing::Test {
  protected:
    void SetUp() override {
        Program program;
        program.tables.push_back({Family::inet, std::string{kTable}, {}, sets_, {}});
        const Answer<Generation> done = replace(owner_, program, Ownership::persistent);
        ASSERT_TRUE(done) << done.error().text;
    }

    std::vector<Element> held(std::string_view name) {
        const Answer<Installed> installed = read(owner_);
        EXPECT_TRUE(installed) << installed.error().text;
        return find_set(installed->program.tables.at(0), name)->elements;
    }

    const std::vector<Set> sets_{
        set_named("ban4", KeyType::ipv4, false), set_named("ban6", KeyType::ipv6, false),
        set_named("bannet4", KeyType::ipv4, true), set_named("bannet6", KeyType::ipv6, true)};
    Expiry later_ = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + 1h;
    Socket owner_ = Socket::open().value();
};

// The kernel resizes a large hash in the background (Linux: rhashtable); a dump that meets it there
// repeats elements or passes over some.
TEST_F(ChangeElements, AHundredThousandOfEachKindInOneTransaction) {
    for (const Set& set : sets_) {
        const std::vector<Element> elements = many(set.type, set.interval, 100'000, later_);
        const Answer<void> added = add_elements(owner_, set, elements);
        ASSERT_TRUE(added) << set.name << ": " << added.error().text;
        EXPECT_TRUE(portcullis::test::eventually([&] { return same(held(set.name), elements); }))
            << set.name;
        const Answer<void> removed = remove_elements(owner_, set, elements);
        ASSERT_TRUE(removed) << set.name << ": " << removed.error().text;
        EXPECT_TRUE(portcullis::test::eventually([&] { return held(set.name).empty(); }))
            << set.name;
    }
}

TEST_F(ChangeElements, InOneTransactionOrNotAtAll) {
    const Set& set = sets_[0];
    std::vector<Element> elements = many(set.type, false, 10'000, later_);
    ASSERT_TRUE(add_elements(owner_, set, elements));
    std::vector<Element> too_many = elements;
    too_many.push_back({test::address("9.9.9.9"), test::address("9.9.9.9"), std::nullopt});
    const Answer<void> removed = remove_elements(owner_, set, too_many);
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().number, ENOENT);
    EXPECT_EQ(removed.error().text,
              "cannot remove elements of set ban4: No such file or directory");
    EXPECT_TRUE(same(held("ban4"), elements));
}

TEST_F(ChangeElements, PrefixesBesideThoseThatAreThere) {
    const Set& set = sets_[2];
    const auto prefix = [&](std::string_view first, std::string_view last) {
        return Element{test::address(first), test::address(last), later_};
    };
    const std::vector<Element> all{prefix("0.0.0.0", "0.0.0.255"), prefix("10.0.0.0", "10.0.0.255"),
                                   prefix("10.0.2.0", "10.0.2.255"),
                                   prefix("255.255.255.0", "255.255.255.255")};
    for (const Element& element : {all[1], all[3], all[0], all[2]}) {
        const Answer<void> added = add_elements(owner_, set, {{element}});
        ASSERT_TRUE(added) << added.error().text;
    }
    EXPECT_EQ(held("bannet4"), all);
    ASSERT_TRUE(remove_elements(owner_, set, {{all[3], all[1]}}));
    EXPECT_EQ(held("bannet4"), (std::vector<Element>{all[0], all[2]}));
    const Answer<void> overlapping =
        add_elements(owner_, set, {{prefix("10.0.2.128", "10.0.3.255")}});
    EXPECT_FALSE(overlapping);
    ASSERT_TRUE(replace_elements(owner_, set, {{prefix("10.0.2.128", "10.0.3.255")}}));
    EXPECT_EQ(held("bannet4"), std::vector<Element>{prefix("10.0.2.128", "10.0.3.255")});
}

TEST_F(ChangeElements, MergesWhatOverlapsAndLeavesOutWhatIsOver) {
    const Expiry past = later_ - 2h;
    ASSERT_TRUE(
        add_elements(owner_, sets_[2],
                     {{{test::address("10.1.0.0"), test::address("10.1.255.255"), past},
                       {test::address("10.0.0.128"), test::address("10.0.1.255"), later_ + 1h},
                       {test::address("10.0.0.0"), test::address("10.0.0.255"), later_}}}));
    EXPECT_EQ(held("bannet4"), (std::vector<Element>{{test::address("10.0.0.0"),
                                                      test::address("10.0.1.255"), later_ + 1h}}));
}

TEST_F(ChangeElements, ReplaceTheExpiryOfWhatIsThere) {
    const auto until = [&](Expiry expiry) {
        return std::vector<Element>{{test::address("1.2.3.4"), test::address("1.2.3.4"), expiry}};
    };
    ASSERT_TRUE(add_elements(owner_, sets_[0], until(later_)));
    ASSERT_TRUE(replace_elements(owner_, sets_[0], until(later_ + 1h)));
    EXPECT_EQ(held("ban4"), until(later_ + 1h));
    ASSERT_TRUE(replace_elements(owner_, sets_[0], {}));
    EXPECT_EQ(held("ban4"), std::vector<Element>{});
}

// Both are there before the time of one of them begins to run, however slow the machine.
TEST_F(ChangeElements, ExpireByThemselves) {
    const auto both = [&](Expiry first) {
        return std::vector<Element>{
            {test::address("10.0.0.0"), test::address("10.0.0.255"), first},
            {test::address("10.0.2.0"), test::address("10.0.2.255"), later_}};
    };
    ASSERT_TRUE(add_elements(owner_, sets_[2], both(later_)));
    ASSERT_EQ(held("bannet4").size(), 2U);
    ASSERT_TRUE(replace_elements(
        owner_, sets_[2],
        both(std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now()) + 1s)));
    const std::vector<Element> rest{
        {test::address("10.0.2.0"), test::address("10.0.2.255"), later_}};
    EXPECT_TRUE(portcullis::test::eventually([&] { return held("bannet4") == rest; }));
}

TEST_F(ChangeElements, ByTheOwnerOnly) {
    Socket stranger = Socket::open().value();
    const Answer<void> added =
        add_elements(stranger, sets_[0], many(KeyType::ipv4, false, 1, later_));
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().fault, KernelFault::owned);
}

TEST_F(ChangeElements, OfASetThatIsNotThereIsRefused) {
    const Answer<void> added = add_elements(owner_, set_named("ban5", KeyType::ipv4, false),
                                            many(KeyType::ipv4, false, 1, later_));
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().fault, KernelFault::refused);
    const Answer<void> wrong =
        add_elements(owner_, sets_[0], many(KeyType::ipv6, false, 1, later_));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().number, 0) << "addresses of the other family: the kernel was not asked";
}

TEST_F(ChangeElements, SettleWhatSomebodyTouchedWithoutTouchingTheRest) {
    Set set = sets_[0];
    set.elements = many(KeyType::ipv4, false, 5, later_);
    ASSERT_TRUE(replace_elements(owner_, set, set.elements));
    const Element stranger{test::address("192.0.2.1"), test::address("192.0.2.1"), later_};
    const auto take_away = std::span{set.elements}.first(1);
    ASSERT_TRUE(remove_elements(owner_, set, take_away));
    Element shortened = set.elements[1];
    shortened.expires = later_ - 50min;
    ASSERT_TRUE(remove_elements(owner_, set, std::vector{shortened}));
    ASSERT_TRUE(add_elements(owner_, set, std::vector{shortened, stranger}));
    const Bytes gone_again = test::address("192.0.2.9");
    const std::vector<Bytes> touched{set.elements[0].first, shortened.first, stranger.first,
                                     gone_again};
    const auto settled = settle_elements(owner_, set, touched);
    if (!settled && settled.error().fault == KernelFault::unsupported) {
        GTEST_SKIP() << "this kernel cannot remove what may not be there";
    }
    ASSERT_TRUE(settled) << settled.error().text;
    EXPECT_TRUE(same(held("ban4"), set.elements));
}

}  // namespace
}  // namespace portcullis::firewall
