package dev.backstay.transaction;

import dev.backstay.health.Verdict;

/** What became of a transaction up to its verdict. */
public sealed interface Attempt {
  /** The gateway is as wanted already. */
  record NothingToDo() implements Attempt {}

  /** It ended before anything was changed. */
  record Stopped(Step step, String why) implements Attempt {}

  /** The change failed on the gateway, which took it back by itself. */
  record Reverted(String why) implements Attempt {}

  /** The change is in place under an open lease, and this is what the clients say. */
  record Judged(Verdict verdict) implements Attempt {}

  /** Nobody can tell what the gateway is doing; its lease will run out. */
  record Unknown(Step step, String why) implements Attempt {}
}
