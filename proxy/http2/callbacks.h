// What nghttp2 calls while a session feeds it or takes its output: each call becomes a note.
#pragma once

#include "proxy/http2/session.h"

namespace portcullis::http2 {

struct Callbacks {
    // One set for all sessions of the process.
    static nghttp2_session_callbacks* all();
    // Where the bodies of a stream come from.
    static nghttp2_data_provider source(Stream& stream);

  private:
    static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd*, void*) noexcept;
    static int on_begin_headers(nghttp2_session*, const nghttp2_frame*, void*) noexcept;
    static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                         const std::uint8_t*, std::size_t, std::uint8_t, void*) noexcept;
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t*,
                       std::size_t, void*) noexcept;
    static int on_frame(nghttp2_session*, const nghttp2_frame*, void*) noexcept;
    static int on_close(nghttp2_session*, std::int32_t, std::uint32_t, void*) noexcept;
    static ssize_t on_read(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t,
                           std::uint32_t*, nghttp2_data_source*, void*) noexcept;
    static int on_send_data(nghttp2_session*, nghttp2_frame*, const std::uint8_t*, std::size_t,
                            nghttp2_data_source*, void*) noexcept;
    static int on_sent(nghttp2_session*, const nghttp2_frame*, void*) noexcept;
    static int on_not_sent(nghttp2_session*, const nghttp2_frame*, int, void*) noexcept;
};

}  // namespace portcullis::http2
