// Numbers of 60 decimal digits as scalars of Eigen, where a reference must survive ten orders of magnitude.
#pragma once

#include <Eigen/Core>

#include <boost/multiprecision/cpp_bin_float.hpp>

#include <complex>

using Digits = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<60>, boost::multiprecision::et_off>;
