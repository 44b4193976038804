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

    // What one call into OpenSSL may take from the descriptor: several records, because it reads
    // ahead, but not all that a peer cares to send, because much of that (tickets, key updates,
    // parts of a handshake) keeps OpenSSL busy without an end in sight.
    static constexpr std::size_t kCallBytesMax = 64U << 10U;
    // What one call that sends nothing of ours may have to say all the same: a server's
    // certificates and their OCSP response.
    static constexpr std::size_t kReplyBytesMax = 256U << 10U;

    // A call into OpenSSL begins. sends: the user's bytes, as many as they are.
    void begin_call(bool sends) {
        call_bytes_ = 0;
        paused_ = false;
        sends_ = sends;
    }

    // True once after a call that ended because it had taken its share, not because there was no
    // more: it should be made again when others have had their turn.
    bool take_paused() { return std::exchange(paused_, false); }

    // Bytes of the peer that have been taken since the last forget_taken().
    [[nodiscard]] std::size_t taken() const { return taken_; }

    void forget_taken() { taken_ = 0; }

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
    bool paused_ = false;
    bool sends_ = false;
    std::size_t call_bytes_ = 0;  // taken by the call under way
    std::size_t taken_ = 0;
    std::string early_;      // preloaded and not yet read
    std::string left_over_;  // empty except while the peer does not take it
};

}  // namespace portcullis::tls
