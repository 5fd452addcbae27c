package dev.backstay.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The file {@code change}, with the packages it names on the disk.
 *
 * @param drains the gateway whose clients it sends elsewhere; empty where it does not
 * @param activate {@code none}, {@code reload-module} or {@code restart-interface}
 */
record StagedChange(
    String rollout,
    int attempt,
    List<Replacement> packages,
    Optional<String> drains,
    String activate,
    boolean kick) {
  record Replacement(String name, String from, String to) {}

  StagedChange {
    packages = List.copyOf(packages);
  }

  /** Of packages alone. */
  StagedChange(
      String rollout, int attempt, List<Replacement> packages, String activate, boolean kick) {
    this(rollout, attempt, packages, Optional.empty(), activate, kick);
  }

  boolean reloads() {
    return activate.equals("reload-module");
  }

  static StagedChange read(String text) {
    String rollout = "";
    int attempt = 0;
    List<Replacement> packages = new ArrayList<>();
    Optional<String> drains = Optional.empty();
    String activate = "none";
    boolean kick = false;
    for (String line : text.lines().toList()) {
      String[] words = line.split("\t", -1);
      switch (words[0]) {
        case "rollout" -> rollout = words[1];
        case "attempt" -> attempt = Integer.parseInt(words[1]);
        case "package" -> packages.add(new Replacement(words[1], words[2], words[3]));
        case "script" -> drains = words[3].equals("about") ? Optional.of(words[4]) : drains;
        case "activate" -> activate = words[1];
        case "kick" -> kick = words[1].equals("yes");
        case "gateway", "interface", "" -> {}
        default ->
            throw new Answer.Refusal(
                1, "this gateway does not know \"" + words[0] + "\" in a change");
      }
    }
    return new StagedChange(rollout, attempt, packages, drains, activate, kick);
  }
}
