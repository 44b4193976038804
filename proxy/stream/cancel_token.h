// By which somebody is called off, wherever it waits at that moment: it names each of its waits to
// its token, and whoever has lost interest cancels the token. One wait at a time; one thread.
#pragma once

#include "base/check.h"
#include "proxy/stream/signal.h"
#include "proxy/stream/socket.h"

namespace portcullis::stream {

class CancelToken {
  public:
    CancelToken() = default;
    CancelToken(const CancelToken&) = delete;
    CancelToken& operator=(const CancelToken&) = delete;

    // While this lives the token ends what is waited for there. A token of null ends nothing. Of a
    // token that is cancelled already the socket's waits end at once; for a signal ask first.
    class Wait {
      public:
        Wait(CancelToken* token, Signal& signal) : token_{token} { enter(&signal, nullptr); }

        Wait(CancelToken* token, Socket& socket) : token_{token} {
            if (is_cancelled(token)) {
                socket.cancel();
            }
            enter(nullptr, &socket);
        }

        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;

        ~Wait() {
            if (token_ != nullptr) {
                token_->signal_ = nullptr;
                token_->socket_ = nullptr;
            }
        }

      private:
        void enter(Signal* signal, Socket* socket) {
            if (token_ == nullptr) {
                return;
            }
            CHECK(token_->signal_ == nullptr && token_->socket_ == nullptr && "one wait at a time");
            token_->signal_ = signal;
            token_->socket_ = socket;
        }

        CancelToken* token_;
    };

    // The wait ends as cancelled before this returns, and whoever waited may destroy the token.
    void cancel() {
        cancelled_ = true;
        if (signal_ != nullptr) {
            signal_->wake(Wake::cancelled);
        } else if (socket_ != nullptr) {
            socket_->cancel();
        }
    }

    [[nodiscard]] static bool is_cancelled(const CancelToken* token) {
        return token != nullptr && token->cancelled_;
    }

  private:
    bool cancelled_ = false;
    Signal* signal_ = nullptr;  // non-null exactly while one is waited for
    Socket* socket_ = nullptr;  // the same
};

}  // namespace portcullis::stream
