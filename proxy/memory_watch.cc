#include "proxy/memory_watch.h"

#include "base/log.h"

#include <chrono>
#include <string>

namespace portcullis {
namespace {

constexpr auto kLookEvery = std::chrono::milliseconds{200};

void tell_pressure(const limit::Memory& memory) {
    const std::string held = std::to_string(memory.held() >> 20U) + " MiB are held: ";
    switch (memory.pressure()) {
        case limit::Pressure::enough:
            return log_info("memory", held + "everything is served again");
        case limit::Pressure::tight:
            return log_warning("memory", held + "new requests get 503 until there is less");
        case limit::Pressure::full:
            return log_error("memory", held + "new connections are closed until there is less");
    }
}

}  // namespace

void MemoryWatch::start() {
    timer_.expires_after(kLookEvery);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            look();
            start();
        }
    });
}

void MemoryWatch::look() {
    const limit::Pressure before = memory_.pressure();
    memory_.look(limit::memory_max(most_().bytes));
    if (memory_.pressure() != before) {
        tell_pressure(memory_);
    }
}

}  // namespace portcullis
