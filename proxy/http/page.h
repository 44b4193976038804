// The small HTML page of an answer that the proxy gives itself.
#pragma once

#include <string>
#include <string_view>

namespace portcullis::http {

// Appends the page (UTF-8): the status and its phrase, a sentence for the person reading, and the
// id to quote when asking for help. Everything is escaped; nothing is said about what is behind the
// proxy.
void write_page(std::string& out, int status, std::string_view sentence,
                std::string_view request_id);

}  // namespace portcullis::http
