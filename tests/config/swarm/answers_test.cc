#include "config/swarm/answers.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

IpAddress address(std::string_view text) {
    return IpAddress::parse(text).value();
}

// As API 1.41 answers; shortened.
constexpr const char* kServices = R"([{"ID":"3f6sls9hvg0y","Version":{"Index":21},
"CreatedAt":"2026-11-01T10:00:00.12Z","UpdatedAt":"2026-11-01T10:00:02.5Z",
"Spec":{"Name":"shop_web","Labels":{"com.docker.stack.namespace":"shop","portcullis.host":"shop.test",
"team":"red"},"TaskTemplate":{"ContainerSpec":{"Image":"web:1","Labels":{"portcullis.port":"1"}},
"Networks":[{"Target":"net1","Aliases":["web"]}],"ForceUpdate":0},"Mode":{"Replicated":{"Replicas":2}},
"EndpointSpec":{"Mode":"vip","Ports":[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,
"PublishMode":"ingress"}]}},"Endpoint":{"Spec":{"Mode":"vip"},
"VirtualIPs":[{"NetworkID":"net1","Addr":"10.10.0.2/24"}]},
"UpdateStatus":{"State":"updating","StartedAt":"2026-11-01T10:00:02Z","Message":"in progress"}}])";

constexpr const char* kTasks =
    R"([{"ID":"t1","Version":{"Index":30},"Spec":{},"ServiceID":"s1","Slot":1,
"NodeID":"n1","Status":{"Timestamp":"2026-11-01T10:00:01Z","State":"running","Message":"started",
"ContainerStatus":{"ContainerID":"c1","PID":77,"ExitCode":0},"PortStatus":{}},"DesiredState":"running",
"NetworksAttachments":[{"Network":{"ID":"mesh","Spec":{"Name":"ingress"}},"Addresses":["10.0.0.9/24"]},
{"Network":{"ID":"net1","Spec":{"Name":"edge"}},"Addresses":["10.10.0.48/24","fd00::48/64"]}]},
{"ID":"t2","ServiceID":"s1","Status":{"State":"pending"},"DesiredState":"shutdown"}])";

TEST(EngineServices, AreReadAsFarAsTheyMatter) {
    EngineService web;
    web.id = "3f6sls9hvg0y";
    web.name = "shop_web";
    web.created = "2026-11-01T10:00:00.120000000Z";
    web.stack = "shop";
    web.labels = {{"portcullis.host", "shop.test"}};
    web.networks = {"net1"};
    web.updating = true;
    web.replicas = 2;
    EXPECT_EQ(read_services(kServices).value(), std::vector{web});
}

TEST(EngineServices, MayLackWhatIsOptional) {
    const auto services = read_services(
        R"([{"ID":"a","Spec":{"Name":"a","Labels":null,"TaskTemplate":{"Networks":null}},"New":{"x":[1]},
            "CreatedAt":"2026-11-01T10:00:00Z","UpdateStatus":{"State":"completed"}},
           {"ID":"b","Spec":{"Name":"b","Networks":[{"Target":"net2"}]},"UpdateStatus":null,
            "CreatedAt":"2026-11-01T10:00:00.123456789Z"}])");
    ASSERT_TRUE(services);
    EXPECT_EQ(services->at(0).created, "2026-11-01T10:00:00.000000000Z");
    EXPECT_TRUE(services->at(0).labels.empty() && services->at(0).networks.empty());
    EXPECT_FALSE(services->at(0).updating || services->at(0).publishes_ingress_port);
    EXPECT_EQ(services->at(1).networks, std::vector<std::string>{"net2"});
    EXPECT_EQ(services->at(1).created, "2026-11-01T10:00:00.123456789Z");
    EXPECT_TRUE(read_services("[]").value().empty());
}

TEST(EngineServices, ThatPublish443AreKnownByAnyOfTheirLists) {
    for (const std::string where : {R"("Spec":{"Name":"a","EndpointSpec":{"Ports":[P]}})",
                                    R"("Spec":{"Name":"a"},"Endpoint":{"Ports":[P]})",
                                    R"("Spec":{"Name":"a"},"Endpoint":{"Spec":{"Ports":[P]}})"}) {
        for (const auto& [port, published] : {std::pair{"443", true}, {"4430", false}}) {
            std::string text = R"([{"ID":"a",)" + where + "}]";
            text.replace(text.find("[P]"), 3,
                         R"([{"TargetPort":443},{"PublishedPort":)" + std::string{port} + "}]");
            EXPECT_EQ(read_services(text).value().at(0).publishes_ingress_port, published) << text;
        }
    }
}

TEST(EngineTasks, HaveAnAddressOnEachOfTheirNetworks) {
    EngineTask running;
    running.id = "t1";
    running.service = "s1";
    running.container = "c1";
    running.running = running.wanted = true;
    running.addresses = {{"mesh", address("10.0.0.9")}, {"net1", address("10.10.0.48")}};
    EngineTask other;
    other.id = "t2";
    other.service = "s1";
    EXPECT_EQ(read_tasks(kTasks).value(), (std::vector{running, other}));
}

TEST(EngineNetwork, HasPeersWhereATaskOfItRuns) {
    const auto network = read_network(
        R"({"Name":"edge","Id":"net1","Peers":[{"Name":"ab12","IP":"10.77.0.11"},{"IP":"10.77.0.12"}]})");
    EXPECT_EQ(network.value(),
              (EngineNetwork{"net1", {address("10.77.0.11"), address("10.77.0.12")}}));
    EXPECT_EQ(read_network(R"({"Id":"net1","Peers":null})").value(), (EngineNetwork{"net1", {}}));
}

TEST(EngineNodes, AreToldByTheirAddressesIfTheyHaveSome) {
    const auto nodes = read_nodes(
        R"([{"ID":"n1","Status":{"State":"ready","Addr":"0.0.0.0"},
             "ManagerStatus":{"Leader":true,"Addr":"10.77.0.11:2377"}},
            {"ID":"n2","Status":{"State":"down","Addr":"fd77::12"}},{"ID":"n3","Status":{}}])");
    EXPECT_EQ(nodes.value(), (std::vector{address("10.77.0.11"), address("fd77::12")}));
}

TEST(EngineInfo, SaysWhatTheNodeIs) {
    const auto info = [](const std::string& swarm) {
        return read_info(R"({"ID":"X","Swarm":)" + swarm + "}").value();
    };
    const EngineInfo worker =
        info(R"({"NodeID":"n2","NodeAddr":"10.77.0.12","LocalNodeState":"active","Error":"",
                 "ControlAvailable":false,"RemoteManagers":[{"NodeID":"n1","Addr":"10.77.0.11:2377"}]})");
    EXPECT_EQ(worker, (EngineInfo{Role::worker, {address("10.77.0.12"), address("10.77.0.11")}}));
    EXPECT_EQ(info(R"({"LocalNodeState":"active","ControlAvailable":true})").role, Role::manager);
    EXPECT_EQ(info(R"({"LocalNodeState":"pending","ControlAvailable":false})").role, Role::none);
    EXPECT_EQ(info(R"({"NodeAddr":"","LocalNodeState":"inactive","RemoteManagers":null})"),
              EngineInfo{});
    EXPECT_EQ(read_info("{}").value(), EngineInfo{});
}

TEST(EngineEvent, SaysWhatToLookAt) {
    using Kind = EngineEvent::Kind;
    const auto kind = [](const std::string& type, const std::string& action) {
        const auto event = read_event(R"({"Type":")" + type + R"(","Action":")" + action +
                                      R"(","Actor":{"ID":"x","Attributes":{"name":"web"}},)"
                                      R"("scope":"swarm","time":1,"timeNano":1000000001})");
        EXPECT_EQ(event.value().id, "x");
        return event->kind;
    };
    EXPECT_EQ(kind("service", "create"), Kind::service);
    EXPECT_EQ(kind("service", "update"), Kind::service);
    EXPECT_EQ(kind("service", "remove"), Kind::service_removed);
    EXPECT_EQ(kind("node", "update"), Kind::node);
    EXPECT_EQ(kind("network", "create"), Kind::network);
    EXPECT_EQ(kind("network", "connect"), Kind::other);
    EXPECT_EQ(kind("container", "health_status: unhealthy"), Kind::container_ill);
    EXPECT_EQ(kind("container", "health_status: healthy"), Kind::container_well);
    EXPECT_EQ(kind("container", "die"), Kind::container_died);
    EXPECT_EQ(kind("container", "create"), Kind::other);
    EXPECT_EQ(kind("volume", "create"), Kind::other);
    EXPECT_EQ(read_event("{}").value(), EngineEvent{});
}

TEST(EngineMessage, IsWhatAnErrorSays) {
    EXPECT_EQ(read_message(R"({"message":"This node is not a swarm manager."})"),
              "This node is not a swarm manager.");
    EXPECT_EQ(read_message("<html>"), "");
    EXPECT_EQ(read_message(R"({"message":7})"), "");
}

template <class Read>
std::string refusal(Read read, const std::string& text) {
    const auto outcome = read(text);
    return outcome ? "read" : outcome.error().text;
}

TEST(EngineAnswer, IsAnErrorWhenAnythingWeNeedIsMalformed) {
    constexpr const char* kNoJson = "the engine's answer is not the JSON that it should be";
    EXPECT_EQ(refusal(read_services, "{}"), kNoJson);
    EXPECT_EQ(refusal(read_tasks, R"({"message":"rpc error"})"), kNoJson);
    EXPECT_EQ(refusal(read_network, "[]"), kNoJson);
    EXPECT_EQ(refusal(read_info, ""), kNoJson);
    EXPECT_EQ(refusal(read_services, "[{}]"), "the engine's answer has no 'ID'");
    EXPECT_EQ(refusal(read_services, R"([{"ID":"a","Spec":{"Name":""}}])"),
              "the engine's answer has no 'Name'");
    EXPECT_EQ(refusal(read_services, R"([{"ID":"a","Spec":{"Name":"a","Labels":[]}}])"),
              "the engine's answer: 'Labels' is malformed");
    EXPECT_EQ(refusal(read_services, R"([{"ID":"a","Spec":7}])"),
              "the engine's answer: 'Spec' is malformed");
    EXPECT_EQ(refusal(read_tasks, R"([{"ID":"t","Status":{}}])"),
              "the engine's answer has no 'State'");
    EXPECT_EQ(refusal(read_tasks, R"([1])"), "the engine's answer: 'answer' is malformed");
    EXPECT_EQ(refusal(read_info, R"({"Swarm":{"LocalNodeState":"active","ControlAvailable":1}})"),
              "the engine's answer: 'ControlAvailable' is malformed");
}

TEST(EngineAnswer, IsAnErrorWhereverItIsCutOff) {
    for (const std::string whole : {kServices, kTasks}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const std::string cut = whole.substr(0, size);
            EXPECT_FALSE(read_services(cut)) << size;
            EXPECT_FALSE(read_tasks(cut)) << size;
        }
    }
}

TEST(EngineServices, AreJobsOrHaveReplicasOrNeither) {
    const auto services = read_services(
        R"([{"ID":"a","Spec":{"Name":"a","Mode":{"ReplicatedJob":{"MaxConcurrent":1}}}},
           {"ID":"b","Spec":{"Name":"b","Mode":{"GlobalJob":{}}}},
           {"ID":"c","Spec":{"Name":"c","Mode":{"Global":{}},"Labels":{"traefik.enable":"true"}}},
           {"ID":"d","Spec":{"Name":"d","Mode":{"Replicated":{"Replicas":0}}}}])");
    ASSERT_TRUE(services);
    EXPECT_TRUE(services->at(0).job && services->at(1).job);
    EXPECT_FALSE(services->at(2).job || services->at(2).replicas);
    EXPECT_TRUE(services->at(2).other_labels && services->at(2).labels.empty());
    EXPECT_EQ(services->at(3).replicas, 0U);
}

TEST(EngineTasks, HaveEndedByTheirStates) {
    for (const std::string state :
         {"complete", "shutdown", "failed", "rejected", "remove", "orphaned"}) {
        EXPECT_TRUE(read_tasks(R"([{"ID":"t","Status":{"State":")" + state +
                               R"(","Err":"why"},"DesiredState":"shutdown"}])")
                        ->at(0)
                        .ended)
            << state;
    }
    const auto coming = read_tasks(
        R"([{"ID":"t","CreatedAt":"2026-11-01T10:00:00.5Z","Status":{"State":"assigned","Err":"e"},
            "DesiredState":"running"}])");
    EXPECT_FALSE(coming->at(0).ended);
    EXPECT_EQ(coming->at(0).created, "2026-11-01T10:00:00.500000000Z");
    EXPECT_EQ(coming->at(0).error, "e");
}

TEST(EngineContainers, AreReadByNameAndNetworks) {
    const auto containers = read_containers(
        R"([{"Id":"1","Names":["/web.1.x"],"NetworkSettings":{"Networks":{"edge":{"IPAddress":"1"}}}},
           {"Id":"2","Names":null}])");
    ASSERT_TRUE(containers);
    EXPECT_EQ(containers->at(0), (EngineContainer{"web.1.x", {"edge"}}));
    EXPECT_EQ(containers->at(1), EngineContainer{});
}

}  // namespace
}  // namespace portcullis::swarm
