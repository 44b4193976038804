// One client's connection to the backend, served by a thread of its own.
#pragma once

#include "tests/swarm/backend/ending.h"
#include "tests/swarm/backend/request.h"

#include <chrono>
#include <string>
#include <string_view>

namespace backend {

// What answers say of this backend and of the other side.
struct Names {
    std::string host;
    std::string version;
    std::string client;  // an IPv4 address
};

class Connection {
  public:
    // Owns the socket. When the ending begins, an idle connection is closed and a request under way
    // is answered first; unless it lingers: then it is served as long as the client likes.
    Connection(int socket, Names names, Ending& ending, bool lingers);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void serve();

  private:
    bool receive(bool idle);  // idle: nothing is under way
    bool read_head(std::string& head);
    bool skip(std::size_t bytes);
    bool skip_chunks(std::size_t& bytes);
    bool send(std::string_view bytes) const;
    bool answer(const Request& request);
    bool respond(const Request& request, std::string_view body);
    void echo();

    int socket_;
    Names names_;
    Ending& ending_;
    bool lingers_;
    std::chrono::steady_clock::time_point came_{};  // when the request that is answered did
    std::string buffer_;                            // received, not yet taken
};

}  // namespace backend
