// The process whose place this one takes.
#pragma once

#include "proxy/upgrade/parcel.h"

#include <memory>

namespace portcullis::upgrade {

class Predecessor {
  public:
    // Null when this process was started by anybody else than a process of its kind. Fails when
    // what is handed over is not to be had, or comes from another user. Removes what it reads from
    // the environment.
    static Result<std::unique_ptr<Predecessor>> from_environment();

    // Taken from by whoever uses it.
    Parcel parcel;

    // This process serves: the other one accepts no more connections.
    void say_ready() const;

  private:
    Predecessor(Fd socket, Parcel received)
        : parcel{std::move(received)}, socket_{std::move(socket)} {}

    Fd socket_;
};

}  // namespace portcullis::upgrade
