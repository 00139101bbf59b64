#include "scarce.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<long> left_to_give{-1};

void* give(std::size_t size) noexcept {
  if (left_to_give == 0) return nullptr;
  if (left_to_give > 0) --left_to_give;
  return std::malloc(size > 0 ? size : 1);
}

void* give_or_throw(std::size_t size) {
  if (void* place = give(size)) return place;
  throw std::bad_alloc();
}

}  // namespace

void make_scarce(long left) { left_to_give = left; }

void* operator new(std::size_t size) { return give_or_throw(size); }
void* operator new[](std::size_t size) { return give_or_throw(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return give(size);
}
void operator delete(void* place, const std::nothrow_t&) noexcept { std::free(place); }
void operator delete(void* place) noexcept { std::free(place); }
void operator delete[](void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
void operator delete[](void* place, std::size_t) noexcept { std::free(place); }
