#include "proxy/relay/silence_watch.h"

#include "base/log.h"
#include "proxy/stream/sleep.h"

namespace portcullis::relay {
namespace {

constexpr Duration kDistance = std::chrono::seconds{1};

void look(const origin::Service& service) {
    for (const auto& endpoint : service.endpoints()) {
        if (endpoint->unheard()) {
            log_warning("origin", endpoint->text() + " of the service " + service.config().name +
                                      " acknowledges nothing");
            endpoint->note_silence();
        }
    }
}

}  // namespace

Task<> watch_silence(Context& context) {
    for (;;) {
        co_await stream::Sleep{context.loop, kDistance};
        const std::shared_ptr<const Site> site = context.site;  // others go on meanwhile
        for (const auto& service : site->services) {
            look(*service);
        }
    }
}

}  // namespace portcullis::relay
