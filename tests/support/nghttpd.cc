#include "tests/support/nghttpd.h"

#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"

#include <gtest/gtest.h>

namespace portcullis::test {

Nghttpd::Nghttpd(std::uint16_t port, const std::vector<std::string>& options,
                 const std::optional<Tls>& tls) {
    Command command;
    command.argv = {"nghttpd", "--address=0.0.0.0", "--htdocs=" + dir_.path().string()};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    if (!tls) {
        command.argv.push_back("--no-tls");
    }
    command.argv.push_back(std::to_string(port));
    if (tls) {
        command.argv.insert(command.argv.end(), {tls->key, tls->certificate});
    }
    process_.emplace(command);
    EXPECT_TRUE(eventually([&] { return RawClient::plain(port).connected(); })) << process_->err();
}

}  // namespace portcullis::test
