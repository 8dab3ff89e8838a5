
#ifndef MISCID_EXPORT_H
#define MISCID_EXPORT_H

#ifdef MISCID_STATIC_DEFINE
#  define MISCID_EXPORT
#  define MISCID_NO_EXPORT
#else
#  ifndef MISCID_EXPORT
#    ifdef miscid_EXPORTS
        /* We are building this library */
#      define MISCID_EXPORT __attribute__((visibility("default")))
#    else
        /* We are using this library */
#      define MISCID_EXPORT __attribute__((visibility("default")))
#    endif
#  endif

#  ifndef MISCID_NO_EXPORT
#    define MISCID_NO_EXPORT __attribute__((visibility("hidden")))
#  endif
#endif

#ifndef MISCID_DEPRECATED
#  define MISCID_DEPRECATED __attribute__ ((__deprecated__))
#endif

#ifndef MISCID_DEPRECATED_EXPORT
#  define MISCID_DEPRECATED_EXPORT MISCID_EXPORT MISCID_DEPRECATED
#endif

#ifndef MISCID_DEPRECATED_NO_EXPORT
#  define MISCID_DEPRECATED_NO_EXPORT MISCID_NO_EXPORT MISCID_DEPRECATED
#endif

#if 0 /* DEFINE_NO_DEPRECATED */
#  ifndef MISCID_NO_DEPRECATED
#    define MISCID_NO_DEPRECATED
#  endif
#endif

#endif /* MISCID_EXPORT_H */
