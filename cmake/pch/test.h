// For test programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmake/pch/base.h"
