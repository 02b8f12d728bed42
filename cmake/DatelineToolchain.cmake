# Compiler, linker and dependency set-up shared by every target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_SUPPRESS_REGENERATION_MESSAGES ON)

# The base directory makes object files reusable between clones; the sloppiness is what ccache asks for with precompiled headers.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE_PROGRAM})
endif()

add_library(dateline_flags INTERFACE)
target_include_directories(dateline_flags INTERFACE $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)
target_compile_options(dateline_flags INTERFACE
  -Wall -Wextra -Wcast-qual -Wconversion-null -Wmissing-declarations -Wnon-virtual-dtor -Wpointer-arith
  -Wunused-result -Wvla -Wwrite-strings -Wshadow
  $<$<BOOL:${DATELINE_WERROR}>:-Werror>
  # clang would refuse a precompiled header of the system's headers as soon as these are installed anew, with times of the past.
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Werror=thread-safety -fpch-instantiate-templates>
  "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>"
  # GCC reports a difference in flags as a warning, not as an error: such a file is simply compiled without the header.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-error=invalid-pch -fpch-preprocess>)
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()
if(DATELINE_SANITIZE)
  add_compile_options(-fsanitize=${DATELINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DATELINE_SANITIZE})
endif()
if(DATELINE_SANITIZE STREQUAL "thread")
  # protobuf's headers give its maps two members more where this is defined, which Debian's library, built without, does not have.
  # libstdc++'s headers go by it too, rightly.
  add_compile_options(-U__SANITIZE_THREAD__ -D_GLIBCXX_TSAN=1)
endif()
if(DATELINE_FUZZ)
  # A fuzzer must see the branches of the libraries that it tests, not only its own.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(absl REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core pull)
find_package(CURL REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n data)
find_package(LibXml2 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx libpq)
pkg_check_modules(LMDB REQUIRED IMPORTED_TARGET lmdb)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(XAPIAN REQUIRED IMPORTED_TARGET xapian-core)
pkg_check_modules(GUMBO REQUIRED IMPORTED_TARGET gumbo)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlidec)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
find_library(CLD2_LIBRARY cld2 REQUIRED)
find_package(Protobuf REQUIRED)
if(DATELINE_GRPC)
  find_package(gRPC REQUIRED CONFIG)
endif()
