// Things that are costly to make and cheap to empty, lent for a while.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace portcullis::relay {

// T has reset(), which makes it as good as new but keeps its memory.
template <class T>
class Pool {
  public:
    static constexpr std::size_t kSparesMax = 64;

    // Gives back what was lent when it ends. The pool must outlive it.
    class Lent {
      public:
        explicit Lent(Pool& pool) : pool_{pool}, thing_{pool.take()} {}

        Lent(const Lent&) = delete;
        Lent& operator=(const Lent&) = delete;

        ~Lent() { pool_.give(std::move(thing_)); }

        T* operator->() const { return thing_.get(); }

        T& operator*() const { return *thing_; }

      private:
        Pool& pool_;
        std::unique_ptr<T> thing_;
    };

  private:
    std::unique_ptr<T> take() {
        if (spares_.empty()) {
            return std::make_unique<T>();
        }
        std::unique_ptr<T> thing = std::move(spares_.back());
        spares_.pop_back();
        return thing;
    }

    void give(std::unique_ptr<T> thing) {
        if (spares_.size() < kSparesMax) {
            thing->reset();
            spares_.push_back(std::move(thing));
        }
    }

    std::vector<std::unique_ptr<T>> spares_;
};

}  // namespace portcullis::relay
