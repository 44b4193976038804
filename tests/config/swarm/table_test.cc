#include "config/swarm/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace portcullis::swarm {
namespace {

// A script of answers and events, one a line, each at a second:
//
//   0 services web db@other door!443 job+   on network edge or another; + is being updated
//   1 tasks web.1 web.2? db.3=1             the answer with the tasks that are wanted; ? does not
//                                           run yet; = has another address than its number's
//   1 all web.1 web.2- web.3x               with all tasks: - was told to end, x has ended
//   2 removed web                           an event
//   2 ill web.1                             likewise; well
class Play {
  public:
    explicit Play(TableOptions options = {{"edge", "second"}, {}, false})
        : table_{std::move(options)} {
        table_.on_network("edge", "id of edge");
        table_.on_network("second", "id of second");
    }

    Table& table() { return table_; }

    // What the snapshot says after each line, where it says something else than before: services,
    // and of each its tasks, those that are leaving with a ~.
    std::string operator()(const std::string& script) {
        std::istringstream lines{script};
        std::string played;
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words{line};
            int second = 0;
            std::string word;
            if (!(words >> second >> word)) {
                continue;
            }
            std::vector<std::string> rest;
            for (std::string one; words >> one;) {
                rest.push_back(one);
            }
            step(word, rest, Table::Time{std::chrono::seconds{second}});
            if (const std::string now = text(); now != before_) {
                played += std::to_string(second) + ": " + now + "; ";
                before_ = now;
            }
        }
        return played;
    }

  private:
    void step(const std::string& word, const std::vector<std::string>& rest, Table::Time now) {
        if (word == "services") {
            std::vector<EngineService> services;
            for (const std::string& one : rest) {
                services.push_back(service_of(one));
            }
            table_.on_services(services, now);
        } else if (word == "tasks" || word == "all") {
            std::vector<EngineTask> tasks;
            for (const std::string& one : rest) {
                tasks.push_back(task_of(one));
            }
            table_.on_tasks(tasks, word == "all" ? Asked::all : Asked::wanted, now);
        } else if (word == "removed") {
            table_.on_removed("id of " + rest.at(0));
        } else {
            ASSERT_TRUE(word == "ill" || word == "well") << word;
            const std::string& task = rest.at(0);
            EXPECT_EQ(table_.on_health("container of " + task, word == "ill"),
                      task.substr(0, task.find('.')));
        }
    }

    static EngineService service_of(const std::string& text) {
        EngineService service;
        service.name = text.substr(0, text.find_first_of("@!+"));
        service.id = "id of " + service.name;
        const std::size_t at = text.find('@');
        service.networks = {"id of " + (at == std::string::npos ? "edge" : text.substr(at + 1))};
        service.labels = {{"portcullis.host", service.name + ".test"}};
        service.publishes_ingress_port = text.find('!') != std::string::npos;
        service.updating = text.ends_with('+');
        return service;
    }

    static EngineTask task_of(const std::string& text) {
        EngineTask task;
        task.id = text.substr(0, text.find_first_of("-x?@="));
        task.service = "id of " + task.id.substr(0, task.id.find('.'));
        task.container = "container of " + task.id;
        task.ended = text.ends_with('x');
        task.running = !task.ended && !text.ends_with('?');
        task.wanted = !task.ended && !text.ends_with('-');
        const std::string number = task.id.substr(task.id.find('.') + 1);
        task.created = "2026-" + number;
        const std::size_t other = text.find('=');
        const std::string last =
            other == std::string::npos
                ? number
                : text.substr(other + 1, text.find_first_of("-x?@", other) - other - 1);
        const std::size_t at = text.find('@');
        const std::string network = at == std::string::npos ? "edge" : text.substr(at + 1);
        task.addresses = {{"id of ingress", IpAddress::parse("10.255.0." + last).value()},
                          {"id of " + network, IpAddress::parse("10.0.0." + last).value()}};
        return task;
    }

    std::string text() const {
        std::string all;
        for (const Service& service : table_.snapshot().services) {
            all += (all.empty() ? "" : " ") + service.name + "[";
            for (const Task& task : service.tasks) {
                const std::string address = task.address.text();
                EXPECT_TRUE(address.starts_with("10.0.0.")) << address;
                all +=
                    (all.ends_with('[') ? "" : " ") + address.substr(7) + (task.leaving ? "~" : "");
            }
            all += "]";
        }
        return all.empty() ? "nothing" : all;
    }

    Table table_;
    std::string before_ = "nothing";
};

TEST(Table, RoutesToWhatRunsAndIsWanted) {
    EXPECT_EQ(Play{}("0 services web\n"
                     "0 tasks\n"
                     "1 tasks web.1x\n"
                     "2 tasks web.1 web.2x\n"
                     "3 tasks web.1 web.2\n"),
              "0: web[]; 2: web[1]; 3: web[1 2]; ");
}

TEST(Table, ReplacesTasksOneByOneWithoutAnEmptyMoment) {
    // As a start-first update of one task, and a stop-first one.
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks web.1 web.2x\n2 tasks web.2\n"),
              "0: web[]; 0: web[1]; 2: web[1~ 2]; ");
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks web.2x\n1 all web.1- web.2x\n"
                     "4 all web.1- web.2x\n5 all web.1x web.2\n"),
              "0: web[]; 0: web[1]; 1: web[1~]; 5: web[2]; ");
}

TEST(Table, ForgetsALeavingTaskWhenItRunsNoMore) {
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks\n1 all web.1-\n4 all web.1x\n"),
              "0: web[]; 0: web[1]; 1: web[1~]; 4: web[]; ");
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks\n1 all web.1-\n4 all\n"),
              "0: web[]; 0: web[1]; 1: web[1~]; 4: web[]; ");
}

TEST(Table, ForgetsALeavingTaskAfterAWhileWhateverIsSaidOfIt) {
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 all web.1-\n30 all web.1-\n31 all web.1-\n"
                     "32 all web.1-\n"),
              "0: web[]; 0: web[1]; 1: web[1~]; 31: web[]; ");
}

TEST(Table, ForgetsATaskThatIsNotListedAnyMore) {
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks\n2 all\n"),
              "0: web[]; 0: web[1]; 1: web[1~]; 2: web[]; ");
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks\n2 tasks web.1\n40 tasks web.1\n"),
              "0: web[]; 0: web[1]; 1: web[1~]; 2: web[1]; ");
}

TEST(Table, GivesAnAddressToTheTaskThatHasItNow) {
    EXPECT_EQ(Play{}("0 services web db\n0 tasks web.1 web.2\n1 tasks web.2\n"
                     "2 tasks web.2 db.3=1?\n3 tasks web.2 db.3=1\n"),
              "0: db[] web[]; 0: db[] web[1 2]; 1: db[] web[1~ 2]; 2: db[] web[2]; "
              "3: db[1] web[2]; ")
        << "from when it is listed, which is before it runs";
    EXPECT_EQ(Play{}("0 services web db\n0 tasks web.1\n1 all web.1- db.3=1\n"),
              "0: db[] web[]; 0: db[] web[1]; 1: db[1] web[]; ");
    EXPECT_EQ(Play{}("0 services web db\n0 tasks web.1\n1 all web.1 db.3=1-\n"),
              "0: db[] web[]; 0: db[] web[1]; ")
        << "what is wanted comes first";
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 all web.1- none.3=1?\n"),
              "0: web[]; 0: web[1]; 1: web[]; ")
        << "of a service that is not known yet";
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 all web.1 web.3=1x\n"),
              "0: web[]; 0: web[1]; ")
        << "what has ended holds nothing";
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks web.1 none.3=1?@other\n"),
              "0: web[]; 0: web[1]; ")
        << "on another network";
}

TEST(Table, GivesAnAddressOfItsPastToNobody) {
    EXPECT_EQ(Play{}("0 services web db\n0 tasks web.1\n1 tasks db.3=1\n2 all web.1- db.3=1x\n"),
              "0: db[] web[]; 0: db[] web[1]; 1: db[1] web[]; 2: db[] web[]; ")
        << "a task that lost its address does not come back by it";
}

// The one that takes its place may be slow to listen; and then it is told to end.
TEST(Table, ForgetsALeavingTaskSoonWhileThereAreOthers) {
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1 web.2\n1 tasks web.1\n3 tasks web.1\n"
                     "4 tasks web.1\n5 tasks web.2\n8 tasks web.2\n"),
              "0: web[]; 0: web[1 2]; 1: web[1 2~]; 4: web[1]; 5: web[1~ 2]; 8: web[2]; ");
}

TEST(Table, TakesACrashedTaskOutAtOnce) {
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 tasks web.1x\n"),
              "0: web[]; 0: web[1]; 1: web[]; ");
}

TEST(Table, RemovesAServiceThatIsNotThereAnyMore) {
    EXPECT_EQ(Play{}("0 services web db\n0 tasks web.1 db.2\n1 services db\n1 tasks db.2\n"),
              "0: db[] web[]; 0: db[2] web[1]; 1: db[2]; ");
}

TEST(Table, DoubtsAnAnswerWithoutAnyService) {
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n"
                     "5 services\n5 tasks\n10 services\n10 tasks\n14 services\n15 services\n"),
              "0: web[]; 0: web[1]; 15: nothing; ");
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n5 services\n5 tasks\n"
                     "10 services web\n10 tasks web.1\n15 services\n24 services\n25 services\n"),
              "0: web[]; 0: web[1]; 25: nothing; ");
}

TEST(Table, BelievesItAtOnceWhenEachServiceWasSeenToGo) {
    EXPECT_EQ(Play{}("0 services web db\n1 removed web\n1 services db\n2 removed db\n2 services\n"),
              "0: db[] web[]; 1: db[]; 2: nothing; ");
    EXPECT_EQ(Play{}("0 services web db\n1 removed web\n1 services\n"), "0: db[] web[]; ");
    // The event was ahead of the answer.
    EXPECT_EQ(Play{}("0 services web\n1 removed web\n1 services web\n2 services\n"),
              "0: web[]; 2: nothing; ");
}

TEST(Table, CallsAnIllTaskLeavingUntilItIsWell) {
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1 web.2\n1 ill web.1\n2 ill web.2\n"
                     "3 well web.1\n"),
              "0: web[]; 0: web[1 2]; 1: web[1~ 2]; 2: web[1~ 2~]; 3: web[1 2~]; ");
    EXPECT_EQ(Play{}("0 services web\n0 tasks web.1\n1 ill web.1\n90 tasks web.1\n"),
              "0: web[]; 0: web[1]; 1: web[1~]; ")
        << "it is wanted still, and nobody replaces it";
}

TEST(Table, MeetsATaskOnTheFirstOfTheNetworksThatItIsOn) {
    EXPECT_EQ(Play{}("0 services web@second db@third\n0 tasks web.1@second db.2@third\n"),
              "0: web[]; 0: web[1]; ");
}

TEST(Table, BeginsWithWhatAnEarlierSnapshotSaid) {
    Play play;
    Snapshot earlier;
    earlier.nodes = {IpAddress::parse("10.77.0.11").value()};
    earlier.services = {{"web",
                         "id of web",
                         "2026",
                         "stack",
                         {{"portcullis.host", "web.test"}},
                         {{"web.1", IpAddress::parse("10.0.0.1").value(), false}}}};
    play.table().begin_with(earlier, Table::Time{});
    EXPECT_TRUE(same_swarm(play.table().snapshot(), earlier));
    EXPECT_EQ(play("1 services\n1 tasks\n2 services web\n2 tasks\n"), "1: web[1]; 2: web[1~]; ");
}

TEST(Table, QuarantinesWhatIsOnNoneOfTheNetworks) {
    Play play;
    play("0 services web db@other");
    EXPECT_EQ(play.table().snapshot().quarantine,
              (std::vector<Quarantine>{{"db",
                                        "is on none of the networks of discovery.networks; "
                                        "attach it to 'edge'"}}));
    EngineService quiet;
    quiet.id = quiet.name = "quiet";
    play.table().on_services({quiet}, {});
    EXPECT_TRUE(play.table().snapshot().quarantine.empty()) << "nobody wants it routed";
    play.table().use({{"edge"}, {"quiet"}, false});
    EXPECT_EQ(play.table().snapshot().quarantine.at(0).service, "quiet");
}

TEST(Table, QuarantinesWhatTakesPort443) {
    Play play;
    play("0 services web!443 door@other!443");
    const auto quarantine = play.table().snapshot().quarantine;
    ASSERT_EQ(quarantine.size(), 2U);
    EXPECT_EQ(quarantine[0],
              (Quarantine{"door",
                          "publishes port 443, in conflict with the proxy; take it out of "
                          "its ports"}));
    EXPECT_EQ(quarantine[1].service, "web");
    Play published{{{"edge"}, {}, true}};
    published("0 services web!443");
    EXPECT_TRUE(published.table().snapshot().quarantine.empty()) << "it is the proxy's container";
}

// A few services with megabytes of labels would leave no room for the others in the snapshot.
TEST(Table, LeavesOutLabelsThatAreTooLong) {
    Table table{{{"edge"}, {}, false, 100}};
    table.on_network("edge", "id");
    EngineService service;
    service.id = "1";
    service.name = "web";
    service.networks = {"id"};
    const std::string label = "portcullis.host";
    service.labels[label] = std::string(100 - label.size(), 'x');
    table.on_services({service}, Table::Time{});
    EXPECT_TRUE(table.snapshot().quarantine.empty());
    EXPECT_EQ(table.snapshot().services.at(0).labels, service.labels);
    service.labels[label] += 'x';
    table.on_services({service}, Table::Time{});
    EXPECT_EQ(table.snapshot().quarantine,
              (std::vector<Quarantine>{
                  {"web",
                   "its labels have 101 bytes, and discovery.label_bytes is 100; shorten "
                   "them"}}));
    EXPECT_TRUE(table.snapshot().services.at(0).labels.empty());
}

TEST(Table, AsksForAllTasksWhileThatMatters) {
    const auto wants = [](const std::string& script) {
        Play play;
        play(script);
        return play.table().wants_all_tasks();
    };
    EXPECT_FALSE(wants("0 services web\n0 tasks web.1\n")) << "nothing leaves";
    EXPECT_TRUE(wants("0 services web\n0 tasks\n")) << "why it has no task";
    EXPECT_FALSE(wants("0 services web\n0 all\n9 tasks\n")) << "not so soon again";
    EXPECT_TRUE(wants("0 services web\n0 all\n10 tasks\n"));
    EXPECT_TRUE(wants("0 services web\n0 tasks web.1 web.2\n1 tasks web.2\n"));
    EXPECT_TRUE(wants("0 services web\n0 tasks web.1\n1 tasks\n"));
    EXPECT_FALSE(wants("0 services web\n0 tasks web.1\n1 tasks\n2 all web.1x\n"));
}

TEST(Table, SaysWhyAServiceHasNoTask) {
    Play play;
    play("0 services web\n");
    EngineTask failed;
    failed.id = "1";
    failed.service = "id of web";
    failed.created = "1";
    failed.ended = true;
    failed.error = "no such image";
    EngineTask other = failed;
    other.created = "0";
    other.error = "older";
    play.table().on_tasks({failed, other}, Asked::all, Table::Time{});
    EXPECT_EQ(play.table().snapshot().notes,
              (std::vector<Note>{{"web", "no task is running, last error: no such image"}}));
    play("1 tasks web.1\n");
    EXPECT_TRUE(play.table().snapshot().notes.empty());
}

TEST(Table, IsInMotionWhileAnythingIsOnItsWay) {
    const auto moves = [](const std::string& script) {
        Play play;
        play(script);
        return play.table().in_motion();
    };
    EXPECT_FALSE(moves("0 services web\n0 tasks web.1\n"));
    EXPECT_TRUE(moves("0 services web+\n0 tasks web.1\n"));
    EXPECT_TRUE(moves("0 services web\n0 tasks web.1\n1 tasks\n"));
    EXPECT_TRUE(moves("0 services web\n0 tasks web.1\n1 services\n"));
    EXPECT_TRUE(moves("0 services web\n0 tasks web.1\n1 ill web.1\n"));
}

TEST(Table, NamesEachNodeOnce) {
    Play play;
    const auto one = IpAddress::parse("10.77.0.11").value();
    const auto two = IpAddress::parse("10.77.0.12").value();
    play.table().on_nodes({two, one, two});
    EXPECT_EQ(play.table().snapshot().nodes, (std::vector{one, two}));
}

}  // namespace
}  // namespace portcullis::swarm
