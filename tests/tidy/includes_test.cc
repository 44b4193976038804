#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace portcullis::tidy {
namespace {

Findings uphill(const std::string& from, const std::string& to) {
    return uphill_includes({{from, "#pragma once\n#include \"" + to + "\"\n#include <vector>\n"}});
}

TEST(UphillIncludes, AreFoundAndNamed) {
    EXPECT_EQ(uphill("base/file.h", "config/model.h"),
              Findings{"base/file.h: includes config/model.h, which is not below it"});
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"config/load.cc", "proxy/fault.h"},
        {"proxy/main.cc", "firewall/agent/agent.h"},
        {"firewall/main.cc", "proxy/fault.h"},
        {"proxy/main.cc", "tests/support/proxy.h"},
        {"admin/check.cc", "proxy/worker/worker.h"},
        {"admin/check.cc", "proxy/tls/session.h"},
        {"proxy/tls/session.cc", "proxy/stream/stream.h"},
        {"proxy/http1/parser.cc", "proxy/relay/copy.h"},
        {"proxy/origin/pool.cc", "proxy/route/table.h"},
        {"proxy/relay/copy.cc", "proxy/server.h"},
        {"proxy/fault.h", "proxy/tls/session.h"},
        {"firewall/program/compile.cc", "firewall/netlink/socket.h"},
        {"firewall/netlink/batch.cc", "firewall/agent/run.h"},
        {"firewall/agent/run.cc", "firewall/usage.h"}};
    for (const auto& [from, to] : wrong) {
        EXPECT_EQ(uphill(from, to).size(), 1U) << from << " -> " << to;
    }
}

TEST(UphillIncludes, AreNotThoseThatPointDown) {
    const std::vector<std::pair<std::string, std::string>> right{
        {"config/load.cc", "base/file.h"},
        {"proxy/main.cc", "proxy/server.h"},
        {"proxy/server.cc", "proxy/worker/worker.h"},
        {"proxy/worker/worker.cc", "proxy/tls/session.h"},
        {"proxy/http1/parser.cc", "proxy/http/head.h"},
        {"proxy/stream/stream.cc", "proxy/fault.h"},
        {"proxy/tls/session.cc", "proxy/tls/choice.h"},
        {"admin/explain.cc", "proxy/route/table.h"},
        {"firewall/main.cc", "firewall/program/prove.h"},
        {"firewall/agent/run.cc", "firewall/netlink/socket.h"},
        {"firewall/netlink/lower.cc", "firewall/program/field.h"},
        {"admin/explain.cc", "proxy/tls/choice.h"},
        {"tests/support/proxy.cc", "proxy/main.h"}};
    for (const auto& [from, to] : right) {
        EXPECT_EQ(uphill(from, to), Findings{}) << from << " -> " << to;
    }
}

TEST(UnusedHeaders, AreThoseThatNobodyIncludes) {
    const Tree tree{{"base/a.h", ""}, {"base/b.h", ""}, {"base/a.cc", "#include \"base/a.h\"\n"}};
    EXPECT_EQ(unused_headers(tree), Findings{"base/b.h: nobody includes it"});
}

}  // namespace
}  // namespace portcullis::tidy
