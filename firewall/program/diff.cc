#include "firewall/program/diff.h"

#include "firewall/program/print.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

std::string place(const Table& table) {
    return std::string{"table "} + (table.family == Family::inet ? "inet " : "netdev ") +
           table.name;
}

class Differ {
  public:
    explicit Differ(std::vector<Change>& changes) : changes_{changes} {}

    void tables(const Program& have, const Program& want) {
        const auto named = [](const Program& program, const Table& table) -> const Table* {
            const Table* found = find_table(program, table.name);
            return found != nullptr && found->family == table.family ? found : nullptr;
        };
        for (const Table& table : want.tables) {
            const Table* old = named(have, table);
            if (old == nullptr) {
                add(true, place(table), "the table");
            }
            contents(old == nullptr ? Table{} : *old, table, place(table));
        }
        for (const Table& table : have.tables) {
            if (named(want, table) == nullptr) {
                add(false, place(table), "the table");
                contents(table, {}, place(table));
            }
        }
    }

  private:
    void add(bool added, const std::string& where, std::string line) {
        changes_.push_back({added, where, std::move(line)});
    }

    void contents(const Table& have, const Table& want, const std::string& where) {
        counters(have.counters, want.counters, where);
        each<Set>(have.sets, want.sets,
                  [&](const Set* a, const Set* b) { set(a, b, where + ", set "); });
        each<Chain>(have.chains, want.chains,
                    [&](const Chain* a, const Chain* b) { chain(a, b, where + ", chain "); });
    }

    // Pairs of one name: those wanted first, with null for what is not there.
    template <class Named>
    void each(const std::vector<Named>& have, const std::vector<Named>& want, const auto& pair) {
        const auto find = [](const std::vector<Named>& all, const Named& one) -> const Named* {
            for (const Named& other : all) {
                if (other.name == one.name) {
                    return &other;
                }
            }
            return nullptr;
        };
        for (const Named& one : want) {
            pair(find(have, one), &one);
        }
        for (const Named& one : have) {
            if (find(want, one) == nullptr) {
                pair(&one, nullptr);
            }
        }
    }

    void counters(std::vector<std::string> have, std::vector<std::string> want,
                  const std::string& where) {
        std::sort(have.begin(), have.end());
        std::sort(want.begin(), want.end());
        std::vector<std::string> only;
        std::set_difference(have.begin(), have.end(), want.begin(), want.end(),
                            std::back_inserter(only));
        for (const std::string& name : only) {
            add(false, where, "counter " + name);
        }
        only.clear();
        std::set_difference(want.begin(), want.end(), have.begin(), have.end(),
                            std::back_inserter(only));
        for (const std::string& name : only) {
            add(true, where, "counter " + name);
        }
    }

    // The line that says what kind of set or chain it is; empty where there is none.
    void heads(const std::string& have, const std::string& want, const std::string& where) {
        if (have != want) {
            if (!have.empty()) {
                add(false, where, have);
            }
            if (!want.empty()) {
                add(true, where, want);
            }
        }
    }

    void set(const Set* have, const Set* want, const std::string& prefix) {
        const Set& some = want == nullptr ? *have : *want;
        const std::string where = prefix + some.name;
        heads(have == nullptr ? "" : print_header(*have),
              want == nullptr ? "" : print_header(*want), where);
        if (!some.dynamic) {
            elements(have, want, some.type, where);
        }
    }

    void elements(const Set* have, const Set* want, KeyType type, const std::string& where) {
        static const std::vector<Element> kNone;
        const std::vector<Element>& a = have == nullptr ? kNone : have->elements;
        const std::vector<Element>& b = want == nullptr ? kNone : want->elements;
        const auto key = [](const Element& one) { return std::pair{one.first, one.last}; };
        for (auto i = a.begin(), j = b.begin(); i != a.end() || j != b.end();) {
            if (j == b.end() || (i != a.end() && key(*i) < key(*j))) {
                add(false, where, line(*i++, type));
            } else if (i == a.end() || key(*j) < key(*i)) {
                add(true, where, line(*j++, type));
            } else {
                if (!same_end(i->expires, j->expires)) {
                    add(false, where, line(*i, type));
                    add(true, where, line(*j, type));
                }
                ++i;
                ++j;
            }
        }
    }

    static bool same_end(const std::optional<Expiry>& a, const std::optional<Expiry>& b) {
        return a.has_value() == b.has_value() &&
               (!a.has_value() || (*a - *b <= kExpirySlack && *b - *a <= kExpirySlack));
    }

    static std::string line(const Element& element, KeyType type) {
        return print_element(element, type) +
               (element.expires
                    ? " until " + std::to_string(element.expires->time_since_epoch().count())
                    : "");
    }

    void chain(const Chain* have, const Chain* want, const std::string& prefix) {
        const std::string where = prefix + (want == nullptr ? have->name : want->name);
        const auto head = [](const Chain* chain) {
            return chain == nullptr ? ""
                   : chain->base    ? print_header(*chain->base)
                                    : std::string{"a chain to jump to"};
        };
        heads(head(have), head(want), where);
        static const std::vector<Rule> kNone;
        rules(have == nullptr ? kNone : have->rules, want == nullptr ? kNone : want->rules, where);
    }

    // The longest common subsequence; chains have a few dozen rules.
    void rules(const std::vector<Rule>& have, const std::vector<Rule>& want,
               const std::string& where) {
        const std::size_t width = want.size() + 1;
        std::vector<std::size_t> common((have.size() + 1) * width, 0);
        for (std::size_t i = have.size(); i-- > 0;) {
            for (std::size_t j = want.size(); j-- > 0;) {
                common[i * width + j] = have[i] == want[j] ? common[(i + 1) * width + j + 1] + 1
                                                           : std::max(common[(i + 1) * width + j],
                                                                      common[i * width + j + 1]);
            }
        }
        for (std::size_t i = 0, j = 0; i < have.size() || j < want.size();) {
            if (i < have.size() && j < want.size() && have[i] == want[j]) {
                ++i;
                ++j;
            } else if (j == want.size() || (i < have.size() && common[(i + 1) * width + j] >=
                                                                   common[i * width + j + 1])) {
                add(false, where, print(have[i++]));
            } else {
                add(true, where, print(want[j++]));
            }
        }
    }

    std::vector<Change>& changes_;
};

}  // namespace

std::vector<Change> diff(const Program& have, const Program& want) {
    std::vector<Change> changes;
    Differ{changes}.tables(have, want);
    return changes;
}

std::string text(const std::vector<Change>& changes, std::size_t lines_max) {
    std::string result;
    const std::string* where = nullptr;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (i == lines_max) {
            return result + "and " + std::to_string(changes.size() - i) + " more\n";
        }
        if (where == nullptr || *where != changes[i].where) {
            where = &changes[i].where;
            result += *where + "\n";
        }
        result += (changes[i].added ? "+ " : "- ") + changes[i].line + "\n";
    }
    return result;
}

}  // namespace portcullis::firewall
