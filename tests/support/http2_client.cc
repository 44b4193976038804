#include "tests/support/http2_client.h"

#include <cstdlib>

namespace portcullis::test {
namespace {

nghttp2_nv field(const std::string& name, const std::string& value) {
    const auto bytes = [](const std::string& text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

Http2Client::Http2Client(TlsConnection& connection) : connection_{connection} {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks,
        [](nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_size,
           const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
            auto& answer = static_cast<Http2Client*>(user)->answer_;
            const std::string line = text(name, name_size) + ": " + text(value, value_size);
            if (line.starts_with(":status: ")) {
                answer.status = std::atoi(line.c_str() + 9);
            }
            answer.head += line + "\r\n";
            return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* data,
                      std::size_t size, void* user) {
            static_cast<Http2Client*>(user)->answer_.body += text(data, size);
            return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, std::int32_t, std::uint32_t, void* user) {
            static_cast<Http2Client*>(user)->over_ = true;
            return 0;
        });
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    session_.reset(session);
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
}

TlsConnection::Answer Http2Client::fetch(const std::string& authority, const std::string& path,
                                         const Fields& fields) {
    answer_ = {};
    over_ = false;
    const Fields pseudo{
        {":method", "GET"}, {":scheme", "https"}, {":authority", authority}, {":path", path}};
    std::vector<nghttp2_nv> all;
    for (const Fields* part : {&pseudo, &fields}) {
        for (const auto& [name, value] : *part) {
            all.push_back(field(name, value));
        }
    }
    nghttp2_submit_request(session_.get(), nullptr, all.data(), all.size(), nullptr, nullptr);
    flush();
    while (!over_) {
        const std::string bytes = connection_.read();
        if (bytes.empty() ||
            nghttp2_session_mem_recv(session_.get(),
                                     reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                     bytes.size()) < 0) {
            break;
        }
        flush();
    }
    return answer_;
}

void Http2Client::flush() {
    const std::uint8_t* bytes = nullptr;
    for (;;) {
        const auto size = nghttp2_session_mem_send(session_.get(), &bytes);
        if (size <= 0) {
            return;
        }
        connection_.write(text(bytes, static_cast<std::size_t>(size)));
    }
}

}  // namespace portcullis::test
