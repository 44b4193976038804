#include "firewall/netlink/present.h"

#include "firewall/netlink/message.h"
#include "firewall/netlink/objects.h"

#include <linux/netfilter/nf_tables.h>

#include <cerrno>

namespace portcullis::firewall {

Answer<std::optional<InstalledTable>> find_installed(Socket& socket, const OurTable& table) {
    std::optional<InstalledTable> found;
    const Answer<void> asked = ask(
        socket, "look for our tables", NFT_MSG_GETTABLE, protocol_of(table.family), 0,
        [&](nlmsghdr& message) { put_table(message, table.name, std::nullopt); },
        [&](const nlmsghdr& message) { found = take_table(message); });
    if (!asked && asked.error().number != ENOENT) {
        return asked.error();
    }
    return found;
}

Answer<Present> tables_present(Socket& socket) {
    Present present;
    for (const OurTable& table : kOurTables) {
        const Answer<std::optional<InstalledTable>> found = find_installed(socket, table);
        if (!found) {
            return found.error();
        }
        if (*found) {
            present.push_back(table);
        }
    }
    return present;
}

}  // namespace portcullis::firewall
