// A network of the test process's own: nothing but a loopback interface that is up. Port 443 is
// always free in it, tests run side by side, and whatever is done to it never reaches the machine.
#pragma once

#include "base/result.h"

namespace portcullis::test {

struct Entered {};

// Moves the calling thread, and so all threads and processes it starts, into a new network
// namespace. Without root it makes a user namespace first, in which it is root. Call it from main,
// before any thread is started.
Result<Entered> enter_private_network();

}  // namespace portcullis::test
