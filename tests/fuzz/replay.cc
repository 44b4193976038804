// Runs a fuzz target without libFuzzer: every file of the corpus folder given, then a fixed number
// of mutations of them, the same in every run. What fails is written to standard error before the
// process ends.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace std::string_view_literals;

constexpr int kMutations = 20'000;
constexpr std::size_t kBytesMax = 4096;
constexpr std::uint64_t kSeed = 443;

// Where protocols tear: line ends, separators, numbers at their limits, names that matter.
constexpr std::array kTokens = {
    "\r\n"sv,
    "\r\n\r\n"sv,
    "\n"sv,
    "\r"sv,
    "\0"sv,
    "\t"sv,
    " "sv,
    ":"sv,
    ","sv,
    ";"sv,
    "\""sv,
    "\\"sv,
    "="sv,
    "%"sv,
    "/../"sv,
    "//"sv,
    "?"sv,
    "#"sv,
    "\x7f"sv,
    "\xff"sv,
    "\r\n "sv,
    " : "sv,
    "0"sv,
    "0\r\n\r\n"sv,
    "1\r\n"sv,
    "7fffffffffffffff"sv,
    "8000000000000000"sv,
    "18446744073709551616"sv,
    "chunked"sv,
    "Transfer-Encoding: chunked\r\n"sv,
    "Content-Length: 5\r\n"sv,
    "Content-Length: 0\r\n"sv,
    "Host: a\r\n"sv,
    "Host: "sv,
    "Connection: close\r\n"sv,
    "Connection: "sv,
    "Upgrade: x\r\n"sv,
    "TE: trailers\r\n"sv,
    "X-Forwarded-For: 1\r\n"sv,
    "X_Request_ID: 1\r\n"sv,
    "HTTP/1.0"sv,
    "HTTP/1.1"sv,
    "GET"sv,
    "OPTIONS *"sv,
    "https://"sv,
    "[::1]"sv,
    ":443"sv,
    "204"sv,
    "304"sv,
};

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t bound) {
    return static_cast<std::size_t>(random() % bound);
}

void mutate(std::string& bytes, const std::vector<std::string>& corpus, Random& random) {
    const std::size_t at = below(random, bytes.size() + 1);
    const auto rest = [&] {
        return 1 + below(random, std::min<std::size_t>(bytes.size() - at + 1, 16));
    };
    switch (below(random, 6)) {
        case 0:
            if (at < bytes.size()) {
                bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^
                                              (1U << below(random, 8)));
            }
            break;
        case 1:
            bytes.erase(at, rest());
            break;
        case 2:
            bytes.insert(at, kTokens[below(random, kTokens.size())]);
            break;
        case 3: {
            const std::string again = bytes.substr(at, rest());
            bytes.insert(below(random, bytes.size() + 1), again);
            break;
        }
        case 4: {
            const std::string& other = corpus[below(random, corpus.size())];
            bytes = bytes.substr(0, at) + other.substr(below(random, other.size() + 1));
            break;
        }
        default:
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                         static_cast<char>(below(random, 256)));
    }
    bytes.resize(std::min(bytes.size(), kBytesMax));
}

const std::string* running = nullptr;  // non-null while the target runs

void show_running() {
    if (running != nullptr) {
        std::fputs("while running the input, in hexadecimal:\n", stderr);
        for (const char c : *running) {
            std::fprintf(stderr, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        }
        std::fputc('\n', stderr);
    }
}

void run(const std::string& bytes) {
    // A heap buffer of exactly its size, so that the sanitizer sees a byte read beyond it.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    running = &bytes;
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    running = nullptr;
}

std::vector<std::string> read_corpus(const char* folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> corpus;
    for (const auto& path : paths) {
        std::ifstream file{path, std::ios::binary};
        corpus.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
    }
    return corpus;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: %s CORPUS_FOLDER [MUTATIONS]\n", argv[0]);
        return 2;
    }
    const std::vector<std::string> corpus = read_corpus(argv[1]);
    if (corpus.empty()) {
        std::fprintf(stderr, "%s: no corpus\n", argv[1]);
        return 1;
    }
    std::signal(SIGABRT, [](int) { show_running(); });
    for (const std::string& seed : corpus) {
        run(seed);
    }
    Random random{kSeed};
    const int mutations = argc == 3 ? std::atoi(argv[2]) : kMutations;
    for (int i = 0; i < mutations; ++i) {
        std::string bytes = corpus[below(random, corpus.size())];
        for (std::size_t count = 1 + below(random, 4); count > 0; --count) {
            mutate(bytes, corpus, random);
        }
        run(bytes);
    }
    std::printf("%zu seeds and %d mutations\n", corpus.size(), mutations);
    return 0;
}
