# How everything is compiled: standard, warnings, sanitizers, link-time optimisation.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG -fno-omit-frame-pointer")

find_program(CCACHE ccache)
if(CCACHE)
  # Paths count from the clone's root, so that clones share what has been compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${CCACHE})
endif()

# Every target of ours links this; nothing else carries flags.
add_library(portcullis_flags INTERFACE)
target_include_directories(portcullis_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(portcullis_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough
  $<$<BOOL:${PORTCULLIS_WERROR}>:-Werror>
  $<$<CONFIG:Debug>:-D_GLIBCXX_ASSERTIONS>)

if(PORTCULLIS_SANITIZE)
  add_compile_options(-fsanitize=${PORTCULLIS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PORTCULLIS_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong -D_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

if(PORTCULLIS_SANITIZE MATCHES "thread")
  # ThreadSanitizer does not model the fences with which Asio guards its handlers; its queues have a mutex as well.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  add_compile_options(-Wno-tsan)
endif()

if(PORTCULLIS_LTO)
  # Parallel link-time optimisation; CMake's own switch would run it on one core.
  add_compile_options(-flto=auto)
  add_link_options(-flto=auto)
endif()
