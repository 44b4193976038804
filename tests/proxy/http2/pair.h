// Both roles of a session, talking to each other.
#pragma once

#include "tests/proxy/http2/listener.h"

#include <algorithm>

namespace portcullis::http2::test {

inline constexpr RequestLine kGet{"GET", "https", "a.example", "/x?y"};
inline constexpr RequestLine kPost{"POST", "https", "a.example", "/"};

struct Pair {
    explicit Pair(const SessionLimits& of_server = {}, const SessionLimits& of_client = {})
        : server{Role::server, of_server, server_user},
          client{Role::client, of_client, client_user} {
        server_user.session = &server;
        client_user.session = &client;
    }

    // Until neither has anything to say; each piece at most so long.
    void talk(std::size_t piece = 64U << 10U) {
        for (bool moved = true; moved;) {
            moved = pass(client, server, piece);
            moved = pass(server, client, piece) || moved;
        }
    }

    static bool pass(Session& from, Session& to, std::size_t piece) {
        std::string bytes;
        from.output(bytes, std::max<std::size_t>(piece, 1U << 10U));
        from.deliver();
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            const std::string copy = bytes.substr(at, piece);  // of exactly its size
            to.feed(copy, Session::Clock::time_point{});
            to.deliver();
        }
        return !bytes.empty();
    }

    Listener::Told& open(const RequestLine& line, Session::Fields fields, bool ends) {
        asked.push_back(std::make_unique<Listener::Told>());
        Listener::Told& told = *asked.back();
        told.session = &client;
        told.stream = client.open(line, fields, ends, told);
        return told;
    }

    Listener server_user;
    Listener client_user;
    std::vector<std::unique_ptr<Listener::Told>> asked;
    Session server;
    Session client;
};

}  // namespace portcullis::http2::test
