# One library per folder, tests beside the code; the suffix of a test's file says what it needs (see ARCHITECTURE.md).

include(GoogleTest)

# Two precompiled headers, built once and reused: with and without gRPC.
function(_dateline_pch target header)
  add_library(${target} OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch/${target}.cc)
  target_link_libraries(${target} PUBLIC dateline_flags ${ARGN})
  target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch/${header})
endfunction()
if(DATELINE_PCH)
  _dateline_pch(pch_base base.h)
  if(DATELINE_GRPC)
    _dateline_pch(pch_grpc grpc.h gRPC::grpc++)
  endif()
  _dateline_pch(pch_test test.h GTest::gmock)
  # What tests link may ask for it, and all who reuse the header must be compiled alike.
  target_compile_options(pch_test PRIVATE -pthread)
endif()

function(_dateline_use_pch target kind)
  if(DATELINE_PCH)
    target_precompile_headers(${target} REUSE_FROM pch_${kind})
  endif()
endfunction()

# dateline_library(name [GRPC] SOURCES … HEADERS … [DEPS …] [PRIVATE_DEPS …]): a static library of this folder.
# A library that links gRPC says GRPC and is left out of builds without it. Headers must compile alone (target `headers`).
function(dateline_library name)
  cmake_parse_arguments(A "GRPC" "" "SOURCES;HEADERS;DEPS;PRIVATE_DEPS" ${ARGN})
  if(A_GRPC AND NOT DATELINE_GRPC)
    return()
  endif()
  if(A_SOURCES)
    add_library(${name} STATIC ${A_SOURCES})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${A_HEADERS})
    target_link_libraries(${name} PUBLIC dateline_flags ${A_DEPS} PRIVATE ${A_PRIVATE_DEPS})
    if(A_GRPC)
      _dateline_use_pch(${name} grpc)
    else()
      _dateline_use_pch(${name} base)
    endif()
  else()
    add_library(${name} INTERFACE)
    target_sources(${name} INTERFACE FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${A_HEADERS})
    target_link_libraries(${name} INTERFACE dateline_flags ${A_DEPS})
  endif()
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# dateline_binary(name [GRPC] SOURCES … DEPS …): an executable in build/<preset>/bin, installed.
function(dateline_binary name)
  cmake_parse_arguments(A "GRPC" "" "SOURCES;DEPS" ${ARGN})
  if(A_GRPC AND NOT DATELINE_GRPC)
    return()
  endif()
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE dateline_flags ${A_DEPS})
  install(TARGETS ${name} RUNTIME)
endfunction()

# dateline_test(name [GRPC] [LABEL unit] [TIMEOUT s] [ENVIRONMENT …] SOURCES … DEPS …): one test program, each case a CTest test
# unless SINGLE is given (programs with an expensive set-up, such as a private PostgreSQL, run as one test).
function(dateline_test name)
  cmake_parse_arguments(A "GRPC;SINGLE" "LABEL;TIMEOUT" "SOURCES;DEPS;ENVIRONMENT" ${ARGN})
  if(A_GRPC AND NOT DATELINE_GRPC)
    return()
  endif()
  if(NOT A_LABEL)
    set(A_LABEL unit)
  endif()
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 120)
  endif()
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE dateline_flags ${A_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_options(${name} PRIVATE -pthread)
  _dateline_use_pch(${name} test)
  target_compile_definitions(${name} PRIVATE DATELINE_SHARED_DATA="${DATELINE_SHARED_DATA}" DATELINE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  # A whole program is one CTest test: starting a process per case costs more than the cases do.
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${A_LABEL} TIMEOUT ${A_TIMEOUT} ENVIRONMENT "${A_ENVIRONMENT}")
  # The target dateline_<label>_tests builds every program of a label.
  if(NOT TARGET dateline_${A_LABEL}_tests)
    add_custom_target(dateline_${A_LABEL}_tests)
  endif()
  add_dependencies(dateline_${A_LABEL}_tests ${name})
endfunction()

# dateline_pgtest(name SOURCES … DEPS …): a test on a real private PostgreSQL (label integration).
function(dateline_pgtest name)
  dateline_test(${name} LABEL integration TIMEOUT 300 SINGLE ${ARGN})
endfunction()

# dateline_benchmark(name SOURCES … DEPS …): a Google Benchmark program in build/<preset>/bench; never part of the tests.
function(dateline_benchmark name)
  cmake_parse_arguments(A "GRPC" "" "SOURCES;DEPS" ${ARGN})
  if(A_GRPC AND NOT DATELINE_GRPC)
    return()
  endif()
  add_executable(${name} EXCLUDE_FROM_ALL ${A_SOURCES})
  target_link_libraries(${name} PRIVATE dateline_flags ${A_DEPS} benchmark::benchmark)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endfunction()

# dateline_fuzz(name CORPUS dir SOURCES … DEPS …): a libFuzzer target with -DDATELINE_FUZZ=ON; in every other build the same
# target replays its corpus as an ordinary test (label fuzz-corpus).
function(dateline_fuzz name)
  cmake_parse_arguments(A "" "CORPUS" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE dateline_flags ${A_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(DATELINE_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    # tests/run --full reads it to know what to start from.
    file(WRITE ${CMAKE_BINARY_DIR}/fuzz/${name}.corpus "${A_CORPUS}")
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    add_test(NAME ${name} COMMAND ${name} ${A_CORPUS})
    set_tests_properties(${name} PROPERTIES LABELS fuzz-corpus TIMEOUT 120)
  endif()
endfunction()
