// Random histories of a swarm whose addresses are given again at once, told to a table by a manager
// that may forget ended tasks, and read back as what is routed: no address is in it twice, and what
// is in it is not another task's by any answer so far.
#include "config/swarm/assemble.h"
#include "config/swarm/table.h"

#include <gtest/gtest.h>

#include <random>

namespace portcullis::swarm {
namespace {

constexpr int kHistories = 300;
constexpr int kSteps = 120;
constexpr int kAddresses = 7;
constexpr int kServices = 4;

// As the manager sees it.
class History {
  public:
    explicit History(unsigned seed) : random_{seed} {}

    void step() {
        switch (below(6)) {
            case 0:
            case 1:
                return begin();
            case 2:
                return change([](EngineTask& task) { task.running = !task.ended; });
            case 3:
                return change([](EngineTask& task) { task.wanted = false; });
            case 4:
                return change([](EngineTask& task) {
                    task.ended = true;
                    task.running = task.wanted = false;
                });
            default:
                return forget();
        }
    }

    // Which of the services there are, one of which is only now and then.
    [[nodiscard]] std::vector<EngineService> services() {
        std::vector<EngineService> all;
        for (int i = 0; i < kServices; ++i) {
            if (i != 0 || below(4) != 0) {
                EngineService service;
                service.id = service.name = name(i);
                service.networks = {"edge"};
                service.labels = {{"portcullis.host", name(i) + ".test"},
                                  {"portcullis.port", "80"}};
                all.push_back(std::move(service));
            }
        }
        return all;
    }

    [[nodiscard]] std::vector<EngineTask> answer(Asked asked) const {
        std::vector<EngineTask> told;
        for (const EngineTask& task : tasks_) {
            if (asked == Asked::all || task.wanted) {
                told.push_back(task);
            }
        }
        return told;
    }

    std::size_t below(std::size_t end) {
        return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_);
    }

  private:
    static std::string name(int number) { return "service" + std::to_string(number); }

    // The manager gives an address again as soon as its task has ended or was removed.
    void begin() {
        const auto address =
            IpAddress::v4(0x0A000000U + 2U + static_cast<std::uint32_t>(below(kAddresses)));
        for (const EngineTask& task : tasks_) {
            if (!task.ended && task.addresses[0].second == address) {
                return;
            }
        }
        EngineTask task;
        task.id = "task" + std::to_string(++begun_);
        task.service = name(static_cast<int>(below(kServices)));
        task.container = "container of " + task.id;
        task.created = std::to_string(1'000'000 + begun_);
        task.wanted = true;
        task.addresses = {{"edge", address}};
        tasks_.push_back(std::move(task));
    }

    template <class Change>
    void change(Change change) {
        if (!tasks_.empty()) {
            change(tasks_[below(tasks_.size())]);
        }
    }

    // Ended ones as its history limit says; others when their service was removed, or a node left.
    void forget() {
        if (!tasks_.empty()) {
            tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(below(tasks_.size())));
        }
    }

    std::mt19937 random_;
    std::vector<EngineTask> tasks_;
    int begun_ = 0;
};

Config base() {
    Config config;
    config.discovery.snapshot = "s";
    config.services.push_back({.name = "file", .swarm = "service1", .port = 80});
    return config;
}

// By address: the task that an endpoint is of. A service that the file names, too, is there twice,
// and both times the same task.
std::map<IpAddress, std::string> routed(const Snapshot& snapshot) {
    static const Config file = base();
    std::map<IpAddress, std::string> tasks;
    const Assembly assembly = assemble(file, snapshot);
    for (const ServiceConfig& service : assembly.config->services) {
        for (const EndpointConfig& endpoint : service.endpoints) {
            const auto [at, first] = tasks.emplace(endpoint.address.address, endpoint.task);
            EXPECT_EQ(at->second, endpoint.task) << "one address, two tasks";
        }
    }
    return tasks;
}

TableOptions options() {
    return {{"edge"}, {"service1"}, false, 64U << 10U};
}

class TableHistories : public testing::Test {
  protected:
    void play(unsigned seed) {
        History history{seed};
        Table table{options()};
        table.on_network("edge", "edge");
        auto now = Table::Time{};
        for (int step = 0; step < kSteps && !HasFailure(); ++step) {
            for (std::size_t i = history.below(4); i > 0; --i) {
                history.step();
            }
            now += std::chrono::milliseconds{history.below(2'000)};
            if (history.below(4) == 0) {
                table.on_services(history.services(), now);
            }
            if (history.below(20) == 0) {
                table = restarted(table, now);
            }
            const Asked asked =
                table.wants_all_tasks() && history.below(4) != 0 ? Asked::all : Asked::wanted;
            const auto answer = history.answer(asked);
            table.on_tasks(answer, asked, now);
            judge(routed(table.snapshot()), answer, asked);
        }
    }

  private:
    static Table restarted(const Table& table, Table::Time now) {
        Table next{options()};
        next.on_network("edge", "edge");
        next.begin_with(read(write(table.snapshot())).value(), now);
        return next;
    }

    // Nothing routed is another's by this answer, and what an answer with all tasks does not list,
    // or lists as ended, is not routed.
    static void judge(const std::map<IpAddress, std::string>& routed,
                      const std::vector<EngineTask>& answer, Asked asked) {
        std::set<std::string> running;
        for (const EngineTask& task : answer) {
            const auto at = routed.find(task.addresses[0].second);
            EXPECT_TRUE(at == routed.end() || task.ended || at->second == task.id)
                << at->first.text() << " is " << task.id << "'s, and not " << at->second << "'s";
            if (task.running) {
                running.insert(task.id);
            }
        }
        for (const auto& [address, task] : routed) {
            EXPECT_TRUE(asked == Asked::wanted || running.contains(task))
                << task << " does not run, and is routed at " << address.text();
        }
    }
};

TEST_F(TableHistories, RouteNoAddressOfAnotherTask) {
    for (unsigned seed = 0; seed < kHistories && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        play(seed);
    }
}

}  // namespace
}  // namespace portcullis::swarm
