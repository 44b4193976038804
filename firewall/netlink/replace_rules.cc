// A program's rules put back around ban sets that stay.
#include "firewall/netlink/batch.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/present.h"
#include "firewall/netlink/table_writer.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::firewall {
namespace {

// What a ban set is declared as, without what it holds.
std::vector<Set> ban_sets(const Table& table) {
    std::vector<Set> sets;
    for (Set set : table.sets) {
        if (is_ban_set(set.name)) {
            set.elements.clear();
            sets.push_back(std::move(set));
        }
    }
    std::sort(sets.begin(), sets.end(), [](const Set& a, const Set& b) { return a.name < b.name; });
    return sets;
}

bool fits_around(const Program& program, const Installed& installed) {
    return installed.foreign.empty() &&
           std::equal(program.tables.begin(), program.tables.end(),
                      installed.program.tables.begin(), installed.program.tables.end(),
                      [](const Table& want, const Table& have) {
                          return want.family == have.family && want.name == have.name &&
                                 ban_sets(want) == ban_sets(have);
                      }) &&
           std::none_of(installed.tables.begin(), installed.tables.end(),
                        [](const InstalledTable& table) { return table.dormant; });
}

// Deletions in one table, each naming the table and, where there is one, the object.
class Emptier {
  public:
    Emptier(Batch& batch, const Table& table)
        : batch_{batch}, table_{table}, family_{protocol_of(table.family)} {}

    // Rules first, because they use all the rest. Literals go with their rules.
    void empty() {
        remove(NFT_MSG_DELRULE, NFTA_RULE_TABLE, 0, {});
        for (const Chain& chain : table_.chains) {
            remove(NFT_MSG_DELCHAIN, NFTA_CHAIN_TABLE, NFTA_CHAIN_NAME, chain.name);
        }
        for (const Set& set : table_.sets) {
            if (!is_ban_set(set.name)) {
                remove(NFT_MSG_DELSET, NFTA_SET_TABLE, NFTA_SET_NAME, set.name);
            }
        }
        for (const std::string& counter : table_.counters) {
            remove(NFT_MSG_DELOBJ, NFTA_OBJ_TABLE, NFTA_OBJ_NAME, counter);
        }
    }

  private:
    // name empty: everything of that kind.
    void remove(std::uint16_t type, std::uint16_t table_attribute, std::uint16_t name_attribute,
                const std::string& name) {
        batch_.add(type, family_, 0, fmt::format("remove {} from table {}", name, table_.name),
                   [&](nlmsghdr& message) {
                       mnl_attr_put_strz(&message, table_attribute, table_.name.c_str());
                       if (!name.empty()) {
                           mnl_attr_put_strz(&message, name_attribute, name.c_str());
                       }
                       if (type == NFT_MSG_DELOBJ) {
                           mnl_attr_put_u32(&message, NFTA_OBJ_TYPE, htonl(NFT_OBJECT_COUNTER));
                       }
                   });
    }

    Batch& batch_;
    const Table& table_;
    std::uint8_t family_;
};

}  // namespace

Answer<Generation> replace_rules(Socket& owner, const Program& program,
                                 const Installed& installed) {
    if (!fits_around(program, installed)) {
        return refused_unasked("the tables have changed too much to keep their ban sets");
    }
    Batch batch{installed.generation};
    for (std::size_t i = 0; i < program.tables.size(); ++i) {
        Emptier{batch, installed.program.tables[i]}.empty();
        if (Answer<void> written = write_around_ban_sets(batch, program.tables[i]); !written) {
            return written.error();
        }
    }
    if (Answer<void> done = std::move(batch).commit(owner); !done) {
        return done.error();
    }
    return generation(owner);
}

}  // namespace portcullis::firewall
