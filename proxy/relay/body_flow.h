// How the bytes of a body pass between the two sides of an exchange, whatever protocol each speaks.
// The same two classes carry a tunnel's bytes once there is one.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/http/head.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace portcullis::relay {

struct Piece {
    enum class Kind : std::uint8_t {
        nothing,  // yet: more() waits
        data,     // at least one byte
        done,     // that was all; asked again it says so again
        failed,   // the body is malformed
    };
    Kind kind = Kind::nothing;
    std::string_view data = {};
};

using Trailers = std::span<const http::Field>;

// Where a body comes from. A wait that is cancelled ends with Fault::shutdown_deadline; who
// cancelled it knows better.
class Source {
  public:
    // What is here already; costs no system call. Data is a view that ends with the next call of
    // next() or more(), and that call says that it has been taken: this is the flow control.
    virtual Piece next() = 0;
    // Waits until next() has something to say, or tells why it never will.
    virtual Task<Fault> more() = 0;
    // After done; valid as long as the side. Only fields that a trailer may carry.
    [[nodiscard]] virtual Trailers trailers() const = 0;

  protected:
    ~Source() = default;
};

// Where it goes.
class Sink {
  public:
    // Has taken all of data when it ends, but may keep a little of it (a TLS record at most) until
    // flush() or end(), so that a head and its first bytes leave together.
    virtual Task<Fault> send(std::string_view data) = 0;
    virtual Task<Fault> flush() = 0;
    // That was all: flushes, too. In a tunnel: this direction is over.
    virtual Task<Fault> end(Trailers trailers) = 0;

  protected:
    ~Sink() = default;
};

// Everything from the one to the other. bytes: of data, counted as they come. malformed: what it is
// called when the source fails.
Task<Fault> pass_body(Source& source, Sink& sink, Fault malformed, std::uint64_t& bytes);

}  // namespace portcullis::relay
