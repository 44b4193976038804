#include "proxy/relay/context.h"

#include <utility>

namespace portcullis::relay {
namespace {

constexpr std::size_t kSpareScratches = 64;
// A string that one large body made grow is not kept at that size for ever.
constexpr std::size_t kKeptBytes = 64U << 10U;

void empty(std::string& text) {
    text.clear();
    if (text.capacity() > kKeptBytes) {
        text.shrink_to_fit();
    }
}

}  // namespace

std::unique_ptr<Scratch> Context::borrow() {
    if (spare_.empty()) {
        return std::make_unique<Scratch>();
    }
    std::unique_ptr<Scratch> scratch = std::move(spare_.back());
    spare_.pop_back();
    return scratch;
}

void Context::give_back(std::unique_ptr<Scratch> scratch) {
    if (spare_.size() >= kSpareScratches) {
        return;
    }
    scratch->request.reset();
    scratch->answer.reset();
    for (std::string* text : {&scratch->path, &scratch->logged_path, &scratch->host,
                              &scratch->request_out, &scratch->answer_out}) {
        empty(*text);
    }
    spare_.push_back(std::move(scratch));
}

void Context::flush_log() {
    if (log.lines > 0) {
        access_log.submit(std::exchange(log.text, {}), std::exchange(log.lines, 0));
    }
}

}  // namespace portcullis::relay
