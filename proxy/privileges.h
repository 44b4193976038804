// What the process gives up once its listeners are bound and before it serves anybody.
#pragma once

#include "base/result.h"

namespace portcullis {

// Drops every capability for good (capabilities(7)): from the sets of the calling thread and those
// it starts later, and no program it might execute can win them back. Call before any thread is
// started.
Result<void> drop_capabilities();

// As many descriptors as the hard limit allows.
void raise_descriptor_limit();

}  // namespace portcullis
