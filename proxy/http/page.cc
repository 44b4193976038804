#include "proxy/http/page.h"

#include "proxy/http/status.h"

namespace portcullis::http {
namespace {

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '<':
                out.append("&lt;");
                break;
            case '>':
                out.append("&gt;");
                break;
            case '&':
                out.append("&amp;");
                break;
            case '"':
                out.append("&quot;");
                break;
            case '\'':
                out.append("&#39;");
                break;
            default:
                out.push_back(c);
        }
    }
}

}  // namespace

void write_page(std::string& out, int status, std::string_view sentence,
                std::string_view request_id) {
    const std::string title = std::to_string(status) + ' ' + std::string{reason(status)};
    out.append("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>");
    append_escaped(out, title);
    out.append("</title></head>\n<body>\n<h1>");
    append_escaped(out, title);
    out.append("</h1>\n<p>");
    append_escaped(out, sentence);
    out.append("</p>\n<p>Request <code>");
    append_escaped(out, request_id);
    out.append("</code></p>\n</body>\n</html>\n");
}

}  // namespace portcullis::http
