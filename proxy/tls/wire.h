// Between OpenSSL and the descriptor: a BIO that gathers the records of one send and hands them to
// the kernel in one call. OpenSSL's own socket BIO makes a system call, and wakes the peer, for
// each record of 16 KiB.
#pragma once

#include "base/handle.h"

#include <openssl/bio.h>

#include <string>
#include <string_view>
#include <utility>

namespace portcullis::tls {

class Wire {
  public:
    // fd stays the caller's and must outlive this object.
    explicit Wire(int fd) : fd_{fd} {}

    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    // What has been read from the descriptor before this wire was there: comes first.
    void preload(std::string_view bytes) { early_ = bytes; }

    // True once after a read from the descriptor that gave less than it was asked for, so that the
    // kernel has no more. Cleared by the next one that gives all.
    bool take_drained() { return std::exchange(drained_, false); }

    // Nothing more is read: the call into OpenSSL that is under way, and every later one, fails.
    void stop() { stopped_ = true; }

    // A new BIO on this wire, for SSL_set_bio(), which takes ownership. The wire must outlive it.
    BIO* make_bio();

    enum class Flushed : unsigned char { all, partly, broken };
    // Hands the kernel what was gathered since the last flush, after what was left over then. What
    // it does not take is kept here, so the gathering buffer, which the thread's connections share,
    // is free again.
    Flushed flush();

  private:
    static int on_write(BIO* bio, const char* bytes, int count) noexcept;
    static int on_read(BIO* bio, char* into, int count) noexcept;
    static long on_control(BIO* bio, int command, long number, void* pointer) noexcept;
    static const BIO_METHOD* method();

    int fd_;
    bool drained_ = false;
    bool stopped_ = false;
    std::string early_;      // preloaded and not yet read
    std::string left_over_;  // empty except while the peer does not take it
};

}  // namespace portcullis::tls
