// One table of a program as the messages of a batch.
#pragma once

#include "firewall/netlink/batch.h"

namespace portcullis::firewall {

// Makes it anew: the kernel refuses with EEXIST when it is there and the batch has not removed it
// before. Refuses, without asking the kernel, what it could not be told.
Answer<void> write_table(Batch& batch, const Table& table, Ownership ownership);

// Into a table that is there and holds nothing but its ban sets, declared as table has them: all
// but those.
Answer<void> write_around_ban_sets(Batch& batch, const Table& table);

}  // namespace portcullis::firewall
