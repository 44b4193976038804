// Programs into the kernel.
#include "firewall/netlink/batch.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/objects.h"
#include "firewall/netlink/present.h"
#include "firewall/netlink/table_writer.h"

#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr int kAttempts = 3;  // somebody makes or removes our table between our look and our batch

// Ours, and each at most once.
Result<void> check_tables(const Program& program) {
    std::vector<OurTable> seen;
    for (const Table& table : program.tables) {
        const OurTable one{table.family, table.name};
        if (std::find(kOurTables.begin(), kOurTables.end(), one) == kOurTables.end() ||
            std::find(seen.begin(), seen.end(), one) != seen.end()) {
            return failure(
                fmt::format("'{}' is not a table of ours, or twice in the program", table.name));
        }
        seen.push_back(one);
    }
    return {};
}

Answer<Batch> make_batch(const Program& program, Ownership ownership, const Present& present,
                         std::optional<Generation> expected) {
    if (const Result<void> ours = check_tables(program); !ours) {
        return refused_unasked(ours.error().text);
    }
    Batch batch{expected};
    for (const OurTable& table : present) {
        batch.add(NFT_MSG_DELTABLE, protocol_of(table.family), 0,
                  fmt::format("remove table {}", table.name),
                  [&](nlmsghdr& message) { put_table(message, table.name, std::nullopt); });
    }
    for (const Table& table : program.tables) {
        if (Answer<void> written = write_table(batch, table, ownership); !written) {
            return written.error();
        }
    }
    return batch;
}

// Makes the batch for what is there, and sends it by send. That it was not so after all is no
// reason to fail.
template <class Send>
Answer<void> transact(Socket& socket, const Program& program, Ownership ownership,
                      std::optional<Generation> expected, Send send) {
    for (int attempt = 1;; ++attempt) {
        const Answer<Present> present = tables_present(socket);
        if (!present) {
            return present.error();
        }
        Answer<Batch> batch = make_batch(program, ownership, *present, expected);
        if (!batch) {
            return batch.error();
        }
        const Answer<void> done = send(std::move(*batch));
        const bool moved =
            !done && (done.error().number == ENOENT || done.error().number == EEXIST);
        if (!moved || attempt == kAttempts) {
            return done;
        }
        const Answer<Present> now = tables_present(socket);
        if (!now || *now == *present) {
            return done;
        }
    }
}

}  // namespace

Answer<Generation> replace(Socket& owner, const Program& program, Ownership ownership,
                           std::optional<Generation> expected) {
    const Answer<void> done = transact(owner, program, ownership, expected,
                                       [&](Batch batch) { return std::move(batch).commit(owner); });
    if (!done) {
        return done.error();
    }
    return generation(owner);
}

Answer<void> rehearse(Socket& socket, const Program& program, Ownership ownership) {
    return transact(socket, program, ownership, std::nullopt,
                    [&](Batch batch) { return std::move(batch).rehearse(socket); });
}

Answer<void> remove(Socket& owner) {
    return transact(owner, Program{}, Ownership::none, std::nullopt,
                    [&](Batch batch) { return std::move(batch).commit(owner); });
}

}  // namespace portcullis::firewall
