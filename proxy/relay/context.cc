#include "proxy/relay/context.h"

#include "proxy/access/address.h"

#include <utility>

namespace portcullis::relay {
namespace {

// A string that one large body made grow is not kept at that size for ever.
constexpr std::size_t kKeptBytes = 64U << 10U;

void empty(std::string& text) {
    text.clear();
    if (text.capacity() > kKeptBytes) {
        text.shrink_to_fit();
    }
}

}  // namespace

void Scratch::reset() {
    for (std::string* text :
         {&path, &edited_path, &logged_path, &host, &request_id, &body_begin, &page}) {
        empty(*text);
    }
    request_fields.clear();
    answer_fields.clear();
}

void Http1Request::reset() {
    parser.reset();
    empty(out);
}

void Http1Answer::reset() {
    parser.reset();
    empty(repaired);
    empty(out);
}

void Context::count(Fault fault, const IpAddress& client) {
    counters.add(fault);
    if (limit::is_offence(fault)) {
        note_offence(client);
    }
}

void Context::note_offence(const IpAddress& client) {
    counters.add(observe::Count::offences);
    if (!access::contains(site->config->trusted_proxies, client)) {
        shared.clients.note_offence(site->config->limits, client, limit::Clients::Clock::now());
    }
}

bool Context::try_hold(Client& client, std::size_t bytes) {
    const Limits& limits = site->config->limits;
    const bool stands_for_many = access::contains(site->config->trusted_proxies, client.address);
    const bool fits =
        client.held + bytes <= limits.connection_memory.bytes &&
        client_count.try_hold(client.address, bytes,
                              stands_for_many ? SIZE_MAX : limits.client_memory.bytes);
    client.held += fits ? bytes : 0;
    return fits;
}

void Context::release(Client& client, std::size_t bytes) {
    client.held -= bytes;
    client_count.release(client.address, bytes);
}

void Context::flush_log() {
    if (log.lines > 0) {
        access_log.submit(std::exchange(log.text, {}), std::exchange(log.lines, 0));
    }
}

}  // namespace portcullis::relay
