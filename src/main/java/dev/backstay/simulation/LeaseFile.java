package dev.backstay.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The folder {@code lease} on a simulated gateway's disk: it outlives every restart. */
final class LeaseFile {
  /** What {@code deadman} and {@code change} know, by their own words. */
  enum Condition {
    ARMED,
    APPLYING,
    REBOOTING,
    APPLIED,
    CONFIRMED,
    REVERTING,
    REVERTED,
    REVERT_FAILED;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    boolean isOpen() {
      return this == ARMED || this == APPLYING || this == REBOOTING || this == APPLIED;
    }

    boolean isOver() {
      return this == CONFIRMED || this == REVERTED;
    }
  }

  final StagedChange change;
  final String rollout;
  final int attempt;
  String nonceDigest;
  int armedBoot;
  final int boots;
  final long maxUptime;
  final long maxWall;
  final Map<String, Double> times = new LinkedHashMap<>();
  final List<Integer> bootsSeen = new ArrayList<>();
  long epoch;
  long seconds;
  int deadlineBoot;
  long deadlineUptime;
  long deadlineWall;
  Condition condition = Condition.ARMED;
  String reason = "";
  int tries;
  boolean cut;
  boolean recorded;
  String moduleBefore = "";
  final Map<String, String> settingsBefore = new HashMap<>();

  /** What ran when the change began, and what booted then; empty before that. */
  Optional<String> kernelBefore = Optional.empty();

  String defaultBefore = "";

  /** The boot that a restart of the change ended. */
  OptionalInt restarted = OptionalInt.empty();

  /** Seconds of uptime in the next boot, up to which it may be renewed. */
  OptionalLong maxLeft = OptionalLong.empty();

  boolean lastResort;

  LeaseFile(
      StagedChange change,
      String nonceDigest,
      int armedBoot,
      int boots,
      long maxUptime,
      long maxWall) {
    this.change = change;
    this.rollout = change.rollout();
    this.attempt = change.attempt();
    this.nonceDigest = nonceDigest;
    this.armedBoot = armedBoot;
    this.boots = boots;
    this.maxUptime = maxUptime;
    this.maxWall = maxWall;
    bootsSeen.add(armedBoot);
  }

  void set(Condition now, String why) {
    condition = now;
    reason = why.replace('\n', ' ').replace('\t', ' ');
  }

  /** As the shell programs name it: it is not there before the first lease. */
  String key() {
    return rollout + "/" + attempt;
  }
}
