package dev.backstay.rollout;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Approval;
import dev.backstay.playbook.Change;
import dev.backstay.playbook.Gates;
import dev.backstay.playbook.Limits;
import dev.backstay.playbook.Maintenance;
import dev.backstay.playbook.Percent;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.WaveSize;
import dev.backstay.problem.ProblemException;
import dev.backstay.snapshot.Capture;
import dev.backstay.transaction.Restore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What brings a gateway back to a snapshot: first its packages, then its files and interfaces, each
 * a rollout of its own with its own way back. Closing wipes the contents of the files.
 */
public final class RestorePlan implements AutoCloseable {
  /** Long enough for three initiations of every client that the gateway calls, with room. */
  private static final Duration WINDOW = Duration.ofSeconds(40);

  private static final Duration BASELINE = Duration.ofSeconds(10);

  /** Healthy up to 0.5 %, broken from 5 %, at most 20 % silent, none stalled. */
  private static final Gates GATES =
      new Gates(new Percent(50), new Percent(500), new Percent(2000), new Percent(0));

  private static final Playbook.Lease LEASE =
      new Playbook.Lease(Duration.ofSeconds(90), Duration.ofSeconds(60));

  /** Packages of WireGuard that bring no module. */
  private static final Set<String> WITHOUT_MODULE =
      Set.of("wireguard", "wireguard-tools", "wireguard-go");

  /** What goes back. */
  public enum Part {
    KEYS,
    CONFIG,
    PACKAGES
  }

  private final Gateway target;
  private final String commit;
  private final Capture saved;
  private final Set<Part> parts;
  private final SortedMap<String, VersionsApart> packages;
  private final Optional<Restore> restore;

  /**
   * @param now empty when it is not installed
   */
  public record VersionsApart(Optional<String> now, String wanted) {}

  private RestorePlan(Gateway target, String commit, Capture saved, Capture live, Set<Part> parts) {
    this.target = target;
    this.commit = commit;
    this.saved = saved;
    this.parts = Set.copyOf(parts);
    this.packages = packages(live);
    this.restore = restore(live);
  }

  /**
   * @param saved the snapshot; stays the caller's, and open as long as this plan
   * @param live what the gateway has now; not closed
   * @throws ProblemException {@code cannot-restore}
   */
  public static RestorePlan between(
      Gateway target, String commit, Capture saved, Capture live, Set<Part> parts) {
    return new RestorePlan(target, commit, saved, live, parts);
  }

  /** Packages whose version differs. */
  public SortedMap<String, VersionsApart> packages() {
    return Collections.unmodifiableSortedMap(packages);
  }

  /** Files and interfaces, if those are wanted. */
  public Optional<Restore> restore() {
    return restore;
  }

  public boolean nothingToDo() {
    return steps().isEmpty();
  }

  /**
   * One rollout.
   *
   * @param restore what it puts back beside what the playbook says
   */
  public record Step(Playbook playbook, Optional<Restore> restore) {}

  /** What is to be carried out, one after the other; each only when the one before is done. */
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    if (!packages.isEmpty()) {
      SortedMap<String, String> wanted = new TreeMap<>();
      packages.forEach((name, apart) -> wanted.put(name, apart.wanted()));
      steps.add(new Step(playbook("packages", wanted, activation()), Optional.empty()));
    }
    restore
        .filter(files -> !files.restoration().nothingToDo())
        .ifPresent(files ->
            steps.add(
                new Step(
                    playbook("files", Map.of(), Activation.RESTART_INTERFACE),
                    Optional.of(files))));
    return steps;
  }

  /**
   * What is not as ordered, in words.
   *
   * @param now read from the gateway after the last step; not closed
   */
  public List<String> notAsOrdered(Capture now) {
    try (RestorePlan rest = new RestorePlan(target, commit, saved, now, parts)) {
      List<String> differ = new ArrayList<>();
      rest.packages.forEach((name, apart) -> differ.add("package " + name));
      rest.restore.ifPresent(files -> {
        files.restoration().files().forEach(file -> differ.add("/" + file.path()));
        files.restoration().restarts().forEach(one -> differ.add("interface " + one.name()));
      });
      return differ;
    }
  }

  private SortedMap<String, VersionsApart> packages(Capture live) {
    SortedMap<String, VersionsApart> apart = new TreeMap<>();
    if (parts.contains(Part.PACKAGES)) {
      saved
          .facts()
          .packages()
          .forEach((name, wanted) -> {
            Optional<String> now = Optional.ofNullable(live.facts().packages().get(name));
            if (!now.equals(Optional.of(wanted))) {
              apart.put(name, new VersionsApart(now, wanted));
            }
          });
    }
    return apart;
  }

  private Optional<Restore> restore(Capture live) {
    boolean keys = parts.contains(Part.KEYS);
    boolean config = parts.contains(Part.CONFIG);
    if (!keys && !config) {
      return Optional.empty();
    }
    Restore.Part part =
        keys && config ? Restore.Part.ALL : keys ? Restore.Part.KEYS : Restore.Part.CONFIG;
    return Optional.of(Restore.between(target.name(), commit, saved, live, part));
  }

  /** A package with a module takes effect when the module is loaded anew. */
  private Activation activation() {
    boolean module =
        packages.keySet().stream()
            .anyMatch(name -> name.contains("wireguard") && !WITHOUT_MODULE.contains(name));
    return module ? Activation.RELOAD_MODULE : Activation.NONE;
  }

  private Playbook playbook(String what, Map<String, String> wanted, Activation activation) {
    return playbook(target.name(), what, wanted, activation);
  }

  /** What limits the taking back of a restore that nobody goes on with. */
  public static Playbook toTakeBack(String gateway) {
    return playbook(gateway, "files", Map.of(), Activation.RESTART_INTERFACE);
  }

  private static Playbook playbook(
      String gateway, String what, Map<String, String> wanted, Activation activation) {
    return new Playbook(
        "backstay snapshot restore",
        "restore-%s-%s".formatted(what, gateway),
        List.of(gateway),
        "command line",
        new Change(wanted, activation),
        List.of(new WaveSize.Rest()),
        new Playbook.Observe(BASELINE, WINDOW, true, Duration.ZERO),
        GATES,
        true,
        LEASE,
        Limits.STRICT,
        Maintenance.ANY_TIME,
        Approval.NOBODY);
  }

  @Override
  public void close() {
    restore.ifPresent(Restore::close);
  }
}
