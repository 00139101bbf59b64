#pragma once

#include <pybind11/numpy.h>

#include <memory>
#include <span>
#include <vector>

/// Arrays between C++ and NumPy, without a copy in either direction.
namespace relapse::python {

/// A contiguous array of exactly this type; another one is a TypeError and not a copy.
template <class T>
using Array = pybind11::array_t<T, pybind11::array::c_style>;

/// A view of an array with one dimension, valid as long as the array.
template <class T>
std::span<const T> view(const Array<T>& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

/// Moves values into an array that owns them.
template <class T>
pybind11::array_t<T> to_numpy(std::vector<T> values,
                              std::vector<pybind11::ssize_t> shape) {
  auto owner = std::make_unique<std::vector<T>>(std::move(values));
  const T* data = owner->data();
  const pybind11::capsule base(
      owner.get(), [](void* owned) { delete static_cast<std::vector<T>*>(owned); });
  owner.release();
  return pybind11::array_t<T>(std::move(shape), data, base);
}

template <class T>
pybind11::array_t<T> to_numpy(std::vector<T> values) {
  const auto size = static_cast<pybind11::ssize_t>(values.size());
  return to_numpy(std::move(values), {size});
}

}  // namespace relapse::python
