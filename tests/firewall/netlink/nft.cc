#include "tests/firewall/netlink/nft.h"

#include "tests/support/process.h"

namespace portcullis::firewall::test {

namespace {

constexpr portcullis::test::Timeout kWithin = std::chrono::seconds{10};

}  // namespace

Nft nft(const std::string& script) {
    const auto ended =
        portcullis::test::run({.argv = {"nft", "-f", "-"}, .input = script}, kWithin);
    return {ended.exit_code.value_or(-1), ended.out + ended.err};
}

std::string listed(const std::string& table) {
    const std::size_t space = table.find(' ');
    const auto ended =
        portcullis::test::run({.argv = {"nft", "--numeric", "list", "table", table.substr(0, space),
                                        table.substr(space + 1)}},
                              kWithin);
    return ended.out + ended.err;
}

}  // namespace portcullis::firewall::test
