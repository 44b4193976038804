// Chains.
#include "firewall/netlink/objects.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <string_view>

namespace portcullis::firewall {
namespace {

std::uint32_t hook_number(Hook hook) {
    switch (hook) {
        case Hook::ingress:
            return NF_NETDEV_INGRESS;
        case Hook::prerouting:
            return NF_INET_PRE_ROUTING;
        case Hook::input:
            return NF_INET_LOCAL_IN;
        case Hook::forward:
            return NF_INET_FORWARD;
        case Hook::output:
            return NF_INET_LOCAL_OUT;
    }
    return NF_INET_PRE_ROUTING;
}

std::optional<Hook> hook_of(std::uint32_t family, std::uint32_t number) {
    if (family == NFPROTO_NETDEV) {
        return number == NF_NETDEV_INGRESS ? std::optional{Hook::ingress} : std::nullopt;
    }
    for (const Hook hook : {Hook::prerouting, Hook::input, Hook::forward, Hook::output}) {
        if (hook_number(hook) == number) {
            return hook;
        }
    }
    return std::nullopt;
}

}  // namespace

// NFTA_CHAIN_TABLE string, NFTA_CHAIN_NAME string; of a base chain also NFTA_CHAIN_TYPE string,
// NFTA_CHAIN_POLICY u32 (DROP 0, ACCEPT 1),
// NFTA_CHAIN_HOOK { NFTA_HOOK_HOOKNUM u32, NFTA_HOOK_PRIORITY s32,
//                   NFTA_HOOK_DEVS { NFTA_DEVICE_NAME string ... } }
void put_chain(nlmsghdr& message, Family family, std::string_view table, const Chain& chain) {
    const NftChain made{nftnl_chain_alloc()};
    nftnl_chain_set_str(made.get(), NFTNL_CHAIN_TABLE, std::string{table}.c_str());
    nftnl_chain_set_str(made.get(), NFTNL_CHAIN_NAME, chain.name.c_str());
    nftnl_chain_set_u32(made.get(), NFTNL_CHAIN_FAMILY, protocol_of(family));
    if (chain.base) {
        nftnl_chain_set_str(made.get(), NFTNL_CHAIN_TYPE, "filter");
        nftnl_chain_set_u32(made.get(), NFTNL_CHAIN_HOOKNUM, hook_number(chain.base->hook));
        nftnl_chain_set_s32(made.get(), NFTNL_CHAIN_PRIO, chain.base->priority);
        nftnl_chain_set_u32(made.get(), NFTNL_CHAIN_POLICY,
                            chain.base->policy == Policy::accept ? NF_ACCEPT : NF_DROP);
        if (!chain.base->devices.empty()) {
            std::vector<const char*> devices;
            for (const std::string& device : chain.base->devices) {
                devices.push_back(device.c_str());
            }
            devices.push_back(nullptr);
            nftnl_chain_set_array(made.get(), NFTNL_CHAIN_DEVICES, devices.data());
        }
    }
    nftnl_chain_nlmsg_build_payload(&message, made.get());
}

std::optional<InstalledChain> take_chain(const nlmsghdr& message) {
    const NftChain parsed{nftnl_chain_alloc()};
    if (nftnl_chain_nlmsg_parse(&message, parsed.get()) < 0) {
        return std::nullopt;
    }
    InstalledChain installed;
    installed.table = or_empty(nftnl_chain_get_str(parsed.get(), NFTNL_CHAIN_TABLE));
    installed.chain.name = or_empty(nftnl_chain_get_str(parsed.get(), NFTNL_CHAIN_NAME));
    if (!nftnl_chain_is_set(parsed.get(), NFTNL_CHAIN_HOOKNUM)) {
        return installed;
    }
    const char* type = nftnl_chain_get_str(parsed.get(), NFTNL_CHAIN_TYPE);
    const std::optional<Hook> hook =
        hook_of(nftnl_chain_get_u32(parsed.get(), NFTNL_CHAIN_FAMILY),
                nftnl_chain_get_u32(parsed.get(), NFTNL_CHAIN_HOOKNUM));
    installed.known = hook && type != nullptr && std::string_view{type} == "filter";
    Base& base = installed.chain.base.emplace();
    base.hook = hook.value_or(Hook::ingress);
    base.priority = nftnl_chain_get_s32(parsed.get(), NFTNL_CHAIN_PRIO);
    base.policy = nftnl_chain_get_u32(parsed.get(), NFTNL_CHAIN_POLICY) == NF_DROP ? Policy::drop
                                                                                   : Policy::accept;
    if (nftnl_chain_is_set(parsed.get(), NFTNL_CHAIN_DEVICES)) {
        for (const char* const* device = nftnl_chain_get_array(parsed.get(), NFTNL_CHAIN_DEVICES);
             *device != nullptr; ++device) {
            base.devices.emplace_back(*device);
        }
        std::sort(base.devices.begin(),
                  base.devices.end());  // nft hands them over in an order of its own
    }
    return installed;
}

}  // namespace portcullis::firewall
