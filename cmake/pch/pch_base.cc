// Carries the precompiled header base.h; every target of that kind reuses it.
