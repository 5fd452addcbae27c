package dev.backstay.change;

import java.util.List;
import java.util.Set;

/**
 * One kind of thing that changes on a gateway. Each has a program of its own there ({@code
 * src/main/sh}), which applies it, reads it back and undoes it; this side says what it is. Holds no
 * secrets: contents that are travel apart.
 */
public sealed interface Part
    permits Config, KernelSwitch, Packages, Restoration, Scripts, Takeover, Tuning {
  /** Its lines of the change file, each ended: a key of the program's name, then values. */
  String lines();

  /** In a few words for people. */
  String what();

  /** What is and what will be, line by line, as a plan shows it. */
  List<String> diff();

  /** Whether the gateway is as wanted already. */
  boolean nothingToDo();

  /** Interfaces that are there when it has been applied, whether they are now or not. */
  default List<String> interfaces() {
    return List.of();
  }

  /**
   * Interfaces whose running state it changes on purpose: the gateway does not compare those with
   * what they were before, the part's own program does.
   */
  default Set<String> touches() {
    return Set.of();
  }
}
