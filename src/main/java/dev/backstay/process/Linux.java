package dev.backstay.process;

/** Numbers of Linux's interface, the same on x86-64 and arm64. */
final class Linux {
  // asm-generic/resource.h
  static final int RLIMIT_CORE = 4;
  static final int RLIMIT_MEMLOCK = 8;

  // linux/prctl.h
  static final int PR_SET_DUMPABLE = 4;

  // asm-generic/mman.h. ONFAULT: only pages that are really used, for Java reserves gigabytes.
  static final int MCL_CURRENT = 1;
  static final int MCL_FUTURE = 2;
  static final int MCL_ONFAULT = 4;

  // linux/capability.h: with it the limit of locked memory does not count.
  static final int CAP_IPC_LOCK = 14;

  private Linux() {}
}
