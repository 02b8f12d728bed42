// Carries the precompiled header grpc.h; every target of that kind reuses it.
