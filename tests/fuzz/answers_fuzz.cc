// Any bytes as answers of a Docker Engine: what can be read can be tabled, and the snapshot made of
// it is one that its readers take.
#include "base/check.h"
#include "config/swarm/answers.h"
#include "config/swarm/table.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace portcullis::swarm;

// json::parse() refuses text that is not UTF-8, so that labels and names can be written again.
void table(std::string_view services, std::string_view tasks) {
    Table table{{{"edge"}, {}, false}};
    table.on_network("edge", "net1");
    if (auto read = read_services(services)) {
        table.on_services(std::move(*read), {});
    }
    if (const auto read = read_tasks(tasks)) {
        table.on_tasks(*read, Asked::all, {});
    }
    const Snapshot snapshot = table.snapshot();
    const auto again = read(write(snapshot));
    CHECK(again && same_swarm(*again, snapshot) && "a snapshot is read as it was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::size_t half = text.find('\n');
    table(text.substr(0, half), half == std::string_view::npos ? text : text.substr(half + 1));
    (void)read_network(text);
    (void)read_nodes(text);
    (void)read_info(text);
    (void)read_event(text);
    CHECK(read_message(text).size() <= size && "a message is part of its answer");
    return 0;
}
