// Files that options name. config/load_files reads them while the configuration is loaded, so that
// a missing or malformed one is a mistake with a place, and no request ever waits for a disk.
#pragma once

#include <filesystem>
#include <memory>

namespace portcullis {

struct Authorities;  // config/authorities.h
struct Certificate;  // config/certificate.h
struct Page;         // config/page.h
struct Revocations;  // config/authorities.h
struct Users;        // config/users.h

// Whether nobody could tell one from the other by what it holds. A private key goes with the public
// key in its certificate.
bool same_content(const Authorities& left, const Authorities& right);
bool same_content(const Certificate& left, const Certificate& right);
bool same_content(const Page& left, const Page& right);
bool same_content(const Revocations& left, const Revocations& right);
bool same_content(const Users& left, const Users& right);

template <class Content>
bool same_content(const std::shared_ptr<const Content>& left,
                  const std::shared_ptr<const Content>& right) {
    return left == right || (left && right && same_content(*left, *right));
}

// A file with what it holds. loaded is null when no file is named, and when it could not be read
// (then validation has failed). Options that name the same file share what it holds.
template <class Content>
struct FileOf {
    std::filesystem::path file;  // empty: none is named
    std::shared_ptr<const Content> loaded;

    // A changed file under an unchanged path is another one.
    bool operator==(const FileOf& other) const {
        return file == other.file && same_content(loaded, other.loaded);
    }
};

using AuthoritiesFile = FileOf<Authorities>;  // PEM certificates
using RevocationsFile = FileOf<Revocations>;  // PEM revocation lists
using UsersFile = FileOf<Users>;              // lines of user:hash
using PageFile = FileOf<Page>;                // HTML, plain text or JSON

struct CertificateFile {
    std::filesystem::path certificate;  // PEM, leaf first, then intermediates
    std::filesystem::path key;          // PEM, unencrypted
    // What the two files hold, filled by load(); null when they could not be read (then validation has failed).
    std::shared_ptr<const Certificate> loaded;

    bool operator==(const CertificateFile& other) const {
        return certificate == other.certificate && key == other.key &&
               same_content(loaded, other.loaded);
    }
};

}  // namespace portcullis
