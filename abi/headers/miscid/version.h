/* Generated from the version in CMakeLists.txt. */
#ifndef MISCID_VERSION_H
#define MISCID_VERSION_H
#define MISCID_VERSION_MAJOR 0
#define MISCID_VERSION_MINOR 1
#define MISCID_VERSION_PATCH 0
#define MISCID_VERSION_STRING "0.1.0"
/* Raised when a program built against an older header could no longer run with the library. */
#define MISCID_ABI 0
#endif
