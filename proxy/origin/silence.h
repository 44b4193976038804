// Who waits for an answer of an endpoint learns that it may wait in vain: packets to a machine that
// is gone vanish, and the kernel repeats them for a quarter of an hour.
#pragma once

#include <boost/intrusive/list.hpp>

namespace portcullis::origin {

class SilenceListener : public boost::intrusive::list_base_hook<
                            boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    // Whether what it has sent to the endpoint vanishes, as far as it has not been told so yet.
    [[nodiscard]] virtual bool unheard() const = 0;
    // May end this listener and others, and add new ones.
    virtual void on_silence() noexcept = 0;

  protected:
    ~SilenceListener() = default;
};

using SilenceListeners =
    boost::intrusive::list<SilenceListener, boost::intrusive::constant_time_size<false>>;

}  // namespace portcullis::origin
