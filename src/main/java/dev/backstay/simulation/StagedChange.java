package dev.backstay.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code change}, with the packages it names on the disk.
 *
 * @param settings of the interface and of the kernel, with the value each is to have
 * @param kernel the release that is to run; empty for the one that runs
 * @param drains the gateway whose clients it sends elsewhere; empty where it does not
 * @param heir to whom it sends them, for good; empty where that is not its business
 * @param activate {@code none}, {@code reload-module}, {@code restart-interface} or {@code reboot}
 */
record StagedChange(
    String rollout,
    int attempt,
    List<Replacement> packages,
    Map<String, String> settings,
    Optional<String> kernel,
    Optional<String> drains,
    Optional<String> heir,
    String activate,
    boolean kick) {
  record Replacement(String name, String from, String to) {}

  StagedChange {
    packages = List.copyOf(packages);
    settings = Map.copyOf(settings);
  }

  /** Packages alone. */
  StagedChange(
      String rollout, int attempt, List<Replacement> packages, String activate, boolean kick) {
    this(
        rollout,
        attempt,
        packages,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        activate,
        kick);
  }

  boolean reloads() {
    return activate.equals("reload-module");
  }

  boolean restarts() {
    return activate.equals("reboot");
  }

  static StagedChange read(String text) {
    String rollout = "";
    int attempt = 0;
    List<Replacement> packages = new ArrayList<>();
    Map<String, String> settings = new HashMap<>();
    Optional<String> kernel = Optional.empty();
    Optional<String> drains = Optional.empty();
    Optional<String> heir = Optional.empty();
    String activate = "none";
    boolean kick = false;
    for (String line : text.lines().toList()) {
      String[] words = line.split("\t", -1);
      switch (words[0]) {
        case "rollout" -> rollout = words[1];
        case "attempt" -> attempt = Integer.parseInt(words[1]);
        case "package" -> packages.add(new Replacement(words[1], words[2], words[3]));
        case "script" -> {
          if (words[3].equals("about")) {
            drains = Optional.of(words[4]);
            heir = words.length > 6 ? Optional.of(words[6]) : Optional.empty();
          }
        }
        case "activate" -> activate = words[1];
        case "kick" -> kick = words[1].equals("yes");
        case "kernel" -> kernel = Optional.of(words[1]);
        case "tuning" -> settings.put(words[2], words[3]);
        case "config" -> {
          if (words[2].equals("mtu")) {
            settings.put(Outfit.MTU, words[3]);
          } else if (!words[2].equals("file")) {
            throw unknown("config " + words[2]);
          }
        }
        case "gateway", "interface", "touch", "digest", "" -> {}
        default -> throw unknown(words[0]);
      }
    }
    return new StagedChange(
        rollout, attempt, packages, settings, kernel, drains, heir, activate, kick);
  }

  private static Answer.Refusal unknown(String word) {
    return new Answer.Refusal(1, "this gateway does not know \"" + word + "\" in a change");
  }
}
