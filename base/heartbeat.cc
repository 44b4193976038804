#include "base/heartbeat.h"

#include "base/log.h"

namespace portcullis {

void Heartbeat::start() {
    if (manager_.watchdog().count() == 0) {
        return;
    }
    if (const auto told = manager_.notify("WATCHDOG=1"); !told) {
        log_warning("watchdog", told.error().text);
    }
    timer_.expires_after(manager_.watchdog() / 2);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            start();
        }
    });
}

}  // namespace portcullis
