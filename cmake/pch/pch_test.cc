// Carries the precompiled header test.h; every target of that kind reuses it.
