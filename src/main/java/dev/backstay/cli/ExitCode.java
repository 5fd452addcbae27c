package dev.backstay.cli;

import dev.backstay.rollout.Result;

/** What the command's exit status means. */
enum ExitCode {
  DONE(0),
  ERROR(1),
  /** {@code plan}: there is something to do. */
  CHANGES_PENDING(2),
  ROLLED_BACK(3),
  /** Partly done: a person is needed. */
  PERSON_NEEDED(4),
  INCONCLUSIVE(5),
  USAGE(64);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  static ExitCode of(Result result) {
    return switch (result) {
      case DONE -> DONE;
      case UNCHANGED -> ERROR;
      case ROLLED_BACK -> ROLLED_BACK;
      case INCONCLUSIVE -> INCONCLUSIVE;
      case PARTIAL -> PERSON_NEEDED;
    };
  }
}
