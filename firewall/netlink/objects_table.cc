// Tables and counters.
#include "firewall/netlink/objects.h"

#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

constexpr std::uint32_t kPersist = 0x4;  // NFT_TABLE_F_PERSIST; headers before Linux 6.9 lack it

}  // namespace

std::uint32_t flags_of(Ownership ownership) {
    switch (ownership) {
        case Ownership::none:
            return 0;
        case Ownership::owner:
            return NFT_TABLE_F_OWNER;
        case Ownership::persistent:
            return NFT_TABLE_F_OWNER | kPersist;
    }
    return 0;
}

// NFTA_TABLE_NAME string, NFTA_TABLE_FLAGS u32 (DORMANT 1, OWNER 2, PERSIST 4),
// back also: NFTA_TABLE_OWNER u32 (port of the owner's socket; absent: nobody's)
void put_table(nlmsghdr& message, std::string_view name, std::optional<std::uint32_t> flags) {
    const NftTable table{nftnl_table_alloc()};
    nftnl_table_set_str(table.get(), NFTNL_TABLE_NAME, std::string{name}.c_str());
    if (flags) {
        nftnl_table_set_u32(table.get(), NFTNL_TABLE_FLAGS, *flags);
    }
    nftnl_table_nlmsg_build_payload(&message, table.get());
}

std::optional<InstalledTable> take_table(const nlmsghdr& message) {
    const NftTable table{nftnl_table_alloc()};
    if (nftnl_table_nlmsg_parse(&message, table.get()) < 0) {
        return std::nullopt;
    }
    const std::uint32_t flags = nftnl_table_get_u32(table.get(), NFTNL_TABLE_FLAGS);
    InstalledTable installed;
    installed.family = nftnl_table_get_u32(table.get(), NFTNL_TABLE_FAMILY) == NFPROTO_INET
                           ? Family::inet
                           : Family::netdev;
    installed.name = or_empty(nftnl_table_get_str(table.get(), NFTNL_TABLE_NAME));
    installed.owner = nftnl_table_is_set(table.get(), NFTNL_TABLE_OWNER)
                          ? nftnl_table_get_u32(table.get(), NFTNL_TABLE_OWNER)
                          : 0;
    installed.owned = (flags & NFT_TABLE_F_OWNER) != 0;
    installed.persistent = (flags & kPersist) != 0;
    installed.dormant = (flags & NFT_TABLE_F_DORMANT) != 0;
    return installed;
}

// NFTA_OBJ_TABLE string, NFTA_OBJ_NAME string, NFTA_OBJ_TYPE u32 (COUNTER 1),
// NFTA_OBJ_DATA { NFTA_COUNTER_PACKETS u64, NFTA_COUNTER_BYTES u64 }
void put_counter(nlmsghdr& message, std::string_view table, std::string_view name) {
    const NftObject counter{nftnl_obj_alloc()};
    nftnl_obj_set_str(counter.get(), NFTNL_OBJ_TABLE, std::string{table}.c_str());
    nftnl_obj_set_str(counter.get(), NFTNL_OBJ_NAME, std::string{name}.c_str());
    nftnl_obj_set_u32(counter.get(), NFTNL_OBJ_TYPE, NFT_OBJECT_COUNTER);
    nftnl_obj_set_u64(counter.get(), NFTNL_OBJ_CTR_PKTS, 0);
    nftnl_obj_set_u64(counter.get(), NFTNL_OBJ_CTR_BYTES, 0);
    nftnl_obj_nlmsg_build_payload(&message, counter.get());
}

std::optional<NamedCounter> take_counter(const nlmsghdr& message) {
    const NftObject object{nftnl_obj_alloc()};
    if (nftnl_obj_nlmsg_parse(&message, object.get()) < 0) {
        return std::nullopt;
    }
    NamedCounter counter{or_empty(nftnl_obj_get_str(object.get(), NFTNL_OBJ_TABLE)),
                         or_empty(nftnl_obj_get_str(object.get(), NFTNL_OBJ_NAME)),
                         nftnl_obj_get_u32(object.get(), NFTNL_OBJ_TYPE) == NFT_OBJECT_COUNTER,
                         {}};
    if (counter.is_counter) {
        counter.counted = {nftnl_obj_get_u64(object.get(), NFTNL_OBJ_CTR_PKTS),
                           nftnl_obj_get_u64(object.get(), NFTNL_OBJ_CTR_BYTES)};
    }
    return counter;
}

}  // namespace portcullis::firewall
