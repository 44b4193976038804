#include "proxy/relay/silence_watch.h"

#include "tests/proxy/stream/local_pair.h"
#include "tests/proxy/tls/certificates.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;

struct Listener final : origin::SilenceListener {
    Listener(origin::Endpoint& endpoint, bool vanishes) : vanishing{vanishes} {
        endpoint.listen(*this);
    }

    [[nodiscard]] bool unheard() const override { return vanishing && told == 0; }

    void on_silence() noexcept override { ++told; }

    const bool vanishing;
    int told = 0;
};

TEST(SilenceWatch, TellsAllWhoWaitWhereOneIsUnheardAndNobodyElse) {
    const auto log = observe::AccessLog::open({}).value();
    limit::Shared shared{Limits{}};
    Context context{*log, shared};
    auto config = test::shop_config();
    ServiceConfig service;
    service.name = "shop";
    service.endpoints = {{SocketAddress::parse("127.0.0.1:1").value()},
                         {SocketAddress::parse("127.0.0.1:2").value()}};
    config->services.push_back(service);
    context.site =
        make_site({config, std::make_shared<const route::Table>(*config)}, nullptr).value();
    const auto& endpoints = context.site->services[0]->endpoints();
    const Listener unheard{*endpoints[0], true};
    const Listener beside{*endpoints[0], false};
    const Listener elsewhere{*endpoints[1], false};
    const Task<> watching = watch_silence(context);
    EXPECT_EQ(unheard.told, 0);
    for (int seconds = 2; seconds < 5; ++seconds) {
        context.loop.wheel().advance(std::chrono::seconds{seconds});
    }
    EXPECT_EQ(unheard.told, 1);
    EXPECT_EQ(beside.told, 1);
    EXPECT_EQ(elsewhere.told, 0);
}

}  // namespace
}  // namespace portcullis::relay
