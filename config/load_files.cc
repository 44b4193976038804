#include "config/load_files.h"

#include "base/file.h"
#include "config/authorities.h"
#include "config/certificate.h"
#include "config/page.h"
#include "config/types/quote.h"
#include "config/users.h"

#include <openssl/crypto.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <map>

namespace portcullis {
namespace {

constexpr std::size_t kPemBytesMax = 256U << 10U;
constexpr std::size_t kBundleBytesMax =
    16U << 20U;  // a national registry's revocation list has megabytes
constexpr std::size_t kUsersBytesMax = 16U << 20U;
constexpr std::string_view kRelative = "relative paths start at the configuration's folder";

// What would be right when a file cannot be read.
std::string remedy(const Error& error) {
    return error.text.ends_with(std::strerror(EACCES)) ? std::string{kUnreadableRemedy}
                                                       : std::string{kRelative};
}

bool others_may_read(const std::filesystem::path& file) {
    struct stat status {};

    return ::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

void warn_of_readers(const std::filesystem::path& file, std::string path, Findings& findings) {
    if (others_may_read(file)) {
        findings.warning(std::move(path),
                         "everybody on this machine may read " + in_quotes(file.string()),
                         "chmod o-r it");
    }
}

Result<Authorities> parse(const std::filesystem::path&, std::string text, Authorities*) {
    return parse_authorities(text);
}

Result<Revocations> parse(const std::filesystem::path&, std::string text, Revocations*) {
    return parse_revocations(text);
}

Result<Users> parse(const std::filesystem::path&, std::string text, Users*) {
    auto users = parse_users(text);
    OPENSSL_cleanse(text.data(), text.size());
    return users;
}

Result<Page> parse(const std::filesystem::path& file, std::string text, Page*) {
    return parse_page(file, std::move(text));
}

// One kind of file. A second option that names the same one gets what the first one got, and no
// second finding.
template <class Content>
class Shelf {
  public:
    Shelf(Findings& findings, std::size_t bytes_max) : findings_{findings}, bytes_max_{bytes_max} {}

    // Whether this call is the one that read the file.
    bool fill(FileOf<Content>& target, const std::string& path) {
        if (target.file.empty() || findings_.full()) {
            return false;
        }
        const auto [known, fresh] = known_.try_emplace(target.file.string());
        if (fresh) {
            known->second = read(target.file, path);
        }
        target.loaded = known->second;
        return fresh && target.loaded != nullptr;
    }

  private:
    std::shared_ptr<const Content> read(const std::filesystem::path& file,
                                        const std::string& path) {
        auto text = read_file(file, bytes_max_);
        if (!text) {
            findings_.error(path, text.error().text, remedy(text.error()));
            return nullptr;
        }
        auto parsed = parse(file, std::move(*text), static_cast<Content*>(nullptr));
        if (!parsed) {
            auto [wrong, right] = wrong_and_right(parsed.error().text);
            findings_.error(path, in_quotes(file.string()) + ": " + wrong, std::move(right));
            return nullptr;
        }
        return std::make_shared<const Content>(std::move(*parsed));
    }

    Findings& findings_;
    std::size_t bytes_max_;
    std::map<std::string, std::shared_ptr<const Content>> known_;
};

// path is that of the section with the keys 'certificate' and 'key'.
void load_certificate(CertificateFile& file, const std::string& path, Findings& findings) {
    if (file.certificate.empty() || file.key.empty()) {
        return;  // a missing key, which was said already
    }
    const auto chain = read_file(file.certificate, kPemBytesMax);
    auto key = read_file(file.key, kPemBytesMax);
    if (!chain) {
        findings.error(path + ".certificate", chain.error().text, remedy(chain.error()));
    }
    if (!key) {
        findings.error(path + ".key", key.error().text, remedy(key.error()));
    } else {
        warn_of_readers(file.key, path + ".key", findings);
    }
    if (chain && key) {
        auto parsed = parse_certificate(*chain, *key);
        if (parsed) {
            file.loaded = std::make_shared<const Certificate>(std::move(*parsed));
        } else {
            const auto [wrong, right] = wrong_and_right(parsed.error().text);
            findings.error(path,
                           in_quotes(file.certificate.string()) + " with " +
                               in_quotes(file.key.string()) + ": " + wrong,
                           right);
        }
    }
    if (key) {
        OPENSSL_cleanse(key->data(), key->size());
    }
}

struct Shelves {
    explicit Shelves(Findings& collector)
        : findings{collector},
          authorities{collector, kBundleBytesMax},
          revocations{collector, kBundleBytesMax},
          users{collector, kUsersBytesMax},
          pages{collector, kPageBytesMax} {}

    Findings& findings;
    Shelf<Authorities> authorities;
    Shelf<Revocations> revocations;
    Shelf<Users> users;
    Shelf<Page> pages;
};

void load_pages(std::vector<ErrorPage>& pages, const std::string& path, Shelves& shelves) {
    for (ErrorPage& page : pages) {
        shelves.pages.fill(page.page, path + "." + page.status);
    }
}

void load_route(RouteConfig& route, const std::string& path, Shelves& shelves) {
    shelves.authorities.fill(route.client_ca, path + ".client_ca");
    shelves.revocations.fill(route.client_crl, path + ".client_crl");
    if (route.basic_auth) {
        const std::string users = path + ".basic_auth.users";
        if (shelves.users.fill(route.basic_auth->users, users)) {
            warn_of_readers(route.basic_auth->users.file, users, shelves.findings);
        }
    }
    if (route.maintenance) {
        shelves.pages.fill(route.maintenance->page, path + ".maintenance.page");
    }
    load_pages(route.error_pages, path + ".error_pages", shelves);
}

}  // namespace

void load_files(Config& config, Findings& findings) {
    Shelves shelves{findings};
    for (std::size_t i = 0; i < config.tls.certificates.size() && !findings.full(); ++i) {
        load_certificate(config.tls.certificates[i], indexed("tls.certificates", i), findings);
    }
    shelves.authorities.fill(config.tls.client_ca, "tls.client_ca");
    shelves.revocations.fill(config.tls.client_crl, "tls.client_crl");
    load_pages(config.error_pages, "error_pages", shelves);
    for (ServiceConfig& service : config.services) {
        const std::string path = "services." + service.name + ".tls";
        shelves.authorities.fill(service.tls.ca, path + ".ca");
        load_certificate(service.tls.client, path, findings);
    }
    for (std::size_t i = 0; i < config.routes.size() && !findings.full(); ++i) {
        load_route(config.routes[i], indexed("routes", i), shelves);
    }
}

}  // namespace portcullis
