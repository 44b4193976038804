// Of several that need the same thing at once, one tries to get it, and the others wait for how
// that ends.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/stream/signal.h"

#include <boost/intrusive/list.hpp>

namespace portcullis::origin {

class SharedAttempt {
  public:
    [[nodiscard]] bool under_way() const { return under_way_; }

    // Whoever begins it ends it.
    void begin() { under_way_ = true; }

    // Tells everybody who waits; each goes on before this returns, and may begin another one.
    void end(Fault how);

    // How the attempt that is under way ends. The object must outlive the task.
    Task<Fault> wait(stream::Loop& loop);

  private:
    struct Waiter : boost::intrusive::list_base_hook<
                        boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
        explicit Waiter(stream::Loop& loop) : told{loop} {}

        stream::Signal told;
        Fault how = Fault::none;
    };

    using Waiters = boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>>;

    bool under_way_ = false;
    Waiters waiters_;
};

}  // namespace portcullis::origin
