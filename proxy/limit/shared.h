// What is limited for the process as a whole, and shared by its workers.
#pragma once

#include "proxy/limit/clients.h"
#include "proxy/limit/memory.h"

namespace portcullis::limit {

struct Shared {
    explicit Shared(const Limits& limits) : clients{limits.counted_clients} {}

    Clients clients;
    Memory memory;
};

}  // namespace portcullis::limit
