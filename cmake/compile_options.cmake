# One place for every compile flag of the project's own targets (never exported to users).
add_library(miscid_options INTERFACE)
target_compile_features(miscid_options INTERFACE cxx_std_17 c_std_99)
target_compile_options(miscid_options INTERFACE
    $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion>
    # The same bits whatever the vector width: no contraction of a*b+c, no reassociation, no fast-math.
    $<$<COMPILE_LANGUAGE:C,CXX>:-ffp-contract=off>
    $<$<COMPILE_LANGUAGE:CXX>:-fno-math-errno>
    # Hosts may trap floating-point exceptions: clang must not divide unused vector lanes speculatively.
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:Clang>>:-ffp-exception-behavior=maytrap>)
if(MISCID_WARNINGS_AS_ERRORS)
    target_compile_options(miscid_options INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:-Werror>)
endif()
if(MISCID_SANITIZE)
    # Little optimisation and line numbers only: what the sanitizers see is the same, the build takes half the time.
    add_compile_options(-fsanitize=${MISCID_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g1)
    add_link_options(-fsanitize=${MISCID_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang") # C programs load libraries of C++
        add_link_options("$<$<LINK_LANGUAGE:C>:-fsanitize-link-c++-runtime;-lstdc++>")
    endif()
endif()
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
