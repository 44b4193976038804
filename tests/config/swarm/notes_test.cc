#include "config/swarm/notes.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

TEST(Notes, SayWhyAServiceHasNoTasks) {
    EngineService web;
    web.replicas = 2;
    EXPECT_EQ(sentence_about({web, true, true, 1}), "");
    EXPECT_EQ(sentence_about({web, true, true, 0}), "2 wanted, 0 running");
    EXPECT_EQ(sentence_about({web, true, true, 0, "no suitable node"}),
              "2 wanted, 0 running, last error: no suitable node");
    web.replicas.reset();
    EXPECT_EQ(sentence_about({web, true, true, 0}), "no task is running");
    EXPECT_EQ(sentence_about({web, true, false, 0}), "") << "that it cannot be reached says enough";
    EXPECT_EQ(sentence_about({web, false, true, 0}), "") << "nobody wants it routed";
}

TEST(Notes, NameWhatHasNoEffect) {
    EngineService web;
    web.other_labels = true;
    EXPECT_EQ(
        sentence_about({web, false, true, 1}),
        "its labels traefik.* have no effect here; write portcullis.host and portcullis.port");
    EXPECT_EQ(sentence_about({web, true, true, 1}), "") << "it has ours beside them";
    EXPECT_EQ(sentence_about({web, false, false, 1}), "") << "another proxy's";
    web.job = true;
    EXPECT_TRUE(sentence_about({web, true, true, 1}).starts_with("is a job"));
}

std::string said(const NodeFacts& facts) {
    std::string all;
    for (const Note& note : notes_about(facts)) {
        all += note.sentence + "\n";
    }
    return all;
}

TEST(Notes, NameNetworksThatAreNotThere) {
    EXPECT_EQ(said({}), "");
    EXPECT_EQ(said({.missing_networks = {"edge"}}),
              "the swarm has no network 'edge', which discovery.networks names; create it: docker "
              "network create --driver overlay --attachable edge\n");
}

TEST(Notes, NameNetworksThatTheHolderIsNotOn) {
    NodeFacts facts{.holder = "holder", .networks = {"edge", "second"}};
    EXPECT_EQ(said(facts), "") << "none is there: the proxy says so";
    facts.holders = {{"edge_holder.1.x", {"edge"}}};
    EXPECT_EQ(said(facts),
              "the container 'holder', in whose network tasks are met, is not on 'second'; attach "
              "it: docker network connect second edge_holder.1.x\n");
    facts.holders.push_back({"next", {"second"}});
    EXPECT_EQ(said(facts), "");
}

TEST(Notes, NameContainersThatHaveLabels) {
    EXPECT_TRUE(said({.labelled_containers = {{"web", {}}}})
                    .starts_with("the container 'web' has labels portcullis.*"));
}

}  // namespace
}  // namespace portcullis::swarm
