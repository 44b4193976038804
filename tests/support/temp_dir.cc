#include "tests/support/temp_dir.h"

#include "tests/support/serving_user.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace portcullis::test {

namespace fs = std::filesystem;

TempDir::TempDir() {
    std::string pattern = (fs::temp_directory_path() / "portcullis-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error{"cannot make a temporary folder like " + pattern};
    }
    path_ = pattern;
    share_with_serving_user(path_);
}

TempDir::~TempDir() {
    std::error_code ignored;  // a leftover in /tmp must not fail a test that passed
    fs::remove_all(path_, ignored);
}

fs::path TempDir::write(std::string_view name, std::string_view content) const {
    const fs::path file = path_ / name;
    fs::create_directories(file.parent_path());
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    out << content;
    out.close();
    if (!out) {
        throw std::runtime_error{"cannot write " + file.string()};
    }
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    share_with_serving_user(file);
    return file;
}

}  // namespace portcullis::test
