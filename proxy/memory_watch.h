// Looks at the process's memory a few times a second, and says when that changes what is served.
#pragma once

#include "config/types/byte_size.h"
#include "proxy/limit/memory.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>

namespace portcullis {

class MemoryWatch {
  public:
    // most: limits.memory, as it is now. memory must outlive this object.
    MemoryWatch(boost::asio::io_context& io, limit::Memory& memory, std::function<ByteSize()> most)
        : timer_{io}, memory_{memory}, most_{std::move(most)} {}

    // From now on, while io runs.
    void start();

  private:
    void look();

    boost::asio::steady_timer timer_;
    limit::Memory& memory_;
    std::function<ByteSize()> most_;
};

}  // namespace portcullis
