package dev.backstay.change;

import dev.backstay.change.Packages.VersionChange;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.Facts.PackageFacts;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Playbook;
import dev.backstay.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether a gateway can take a change and give it back, judged by its facts. Reports everything
 * that is in the way, not only the first thing. Pure.
 */
public final class Preflight {
  /**
   * Two versions of every package, the state before and a journal; the gateway checks the real
   * sizes again when it stages.
   */
  private static final long LEAST_FREE_KIB = 32 * 1024;

  /** Programs that the gateway's part is made of. */
  private static final Map<String, String> NEEDED =
      Map.of(
          "wg", "wireguard-tools",
          "nft", "nftables",
          "ip", "iproute2",
          "flock", "util-linux",
          "sha256sum", "coreutils",
          "timeout", "coreutils",
          "apt-get", "apt",
          "dpkg", "dpkg");

  private final Playbook playbook;
  private final Optional<Restoration> restoration;

  public Preflight(Playbook playbook) {
    this(playbook, Optional.empty());
  }

  /**
   * @param restoration what goes back from a snapshot, beside what the playbook says
   */
  public Preflight(Playbook playbook, Optional<Restoration> restoration) {
    this.playbook = playbook;
    this.restoration = restoration;
  }

  /** What would change; defined also for a gateway with problems. */
  public GatewayChange resolve(String gateway, Facts facts) {
    List<Part> parts = new ArrayList<>();
    parts.add(packages(facts));
    restoration.ifPresent(parts::add);
    parts.removeIf(Part::nothingToDo);
    return new GatewayChange(
        gateway,
        parts,
        playbook.change().activate(),
        playbook.observe().kick(),
        facts.interfaces().stream().map(InterfaceFacts::name).sorted().toList());
  }

  private Packages packages(Facts facts) {
    List<VersionChange> changes = new ArrayList<>();
    new TreeMap<>(playbook.change().packages())
        .forEach((name, wanted) ->
            installed(facts, name)
                .filter(version -> !version.equals(wanted))
                .ifPresent(version -> changes.add(new VersionChange(name, version, wanted))));
    return new Packages(changes);
  }

  /** Empty when the change may go on. */
  public List<Problem> problems(String gateway, Facts facts) {
    Findings found = new Findings(gateway);
    account(facts, found);
    tools(facts, found);
    wireguard(facts, found);
    disk(facts, found);
    packageManager(facts, found);
    playbook
        .change()
        .packages()
        .forEach((name, wanted) -> packageVersion(name, wanted, facts, found));
    facts
        .openLease()
        .ifPresent(lease ->
            found.add(
                "lease-open",
                "rollout %s holds this gateway (%s)".formatted(lease.rollout(), lease.state()),
                "wait until it is confirmed or has reverted; `backstay report %s` tells more"
                    .formatted(lease.rollout())));
    return found.problems;
  }

  private static void account(Facts facts, Findings found) {
    if (!facts.user().equals("root")) {
      found.add(
          "not-root",
          "the account is " + facts.user() + ", and changes need root",
          "set `user: root` for this gateway in the inventory");
    }
    if (!facts.init().equals("systemd")) {
      found.add(
          "no-systemd",
          "no systemd runs here (init is %s), and the dead-man switch needs its timers"
              .formatted(facts.init().isEmpty() ? "unknown" : facts.init()),
          "leave this gateway out of the selection; other init systems are not supported yet");
    }
  }

  private static void tools(Facts facts, Findings found) {
    new TreeMap<>(NEEDED)
        .forEach((tool, from) -> {
          if (facts.missingTools().contains(tool)) {
            found.add(
                "tool-missing",
                "the program " + tool + " is missing",
                "install it on the gateway: apt-get install " + from);
          }
        });
  }

  private void wireguard(Facts facts, Findings found) {
    if (facts.missingTools().contains("wg")) {
      return;
    }
    // A restoration brings the interfaces.
    if (facts.interfaces().isEmpty() && restoration.isEmpty()) {
      found.add(
          "no-interface",
          "no WireGuard interface is up, so nobody could tell whether clients come back",
          "bring it up first (wg-quick up wg0), or leave this gateway out");
    }
    if (playbook.change().activate() == Activation.RELOAD_MODULE) {
      facts.interfaces().stream()
          .filter(i -> !i.inKernel())
          .forEach(i ->
              found.add(
                  "not-in-kernel",
                  "interface %s is run by a userspace program; reloading the module does not touch it"
                      .formatted(i.name()),
                  "leave this gateway out, or change its userspace program instead"));
    }
  }

  private static void disk(Facts facts, Findings found) {
    if (facts.freeKib() < LEAST_FREE_KIB) {
      found.add(
          "disk-full",
          "%d MiB are free under /var/lib, and the way back needs at least %d MiB"
              .formatted(facts.freeKib() / 1024, LEAST_FREE_KIB / 1024),
          "make room (apt-get clean, journalctl --vacuum-size=50M) and try again");
    }
  }

  private static void packageManager(Facts facts, Findings found) {
    facts
        .packageLock()
        .ifPresent(holder ->
            found.add(
                "package-lock",
                "dpkg is locked by process " + holder,
                "wait for it to end, or stop it; then try again"));
    if (facts.packagesBroken()) {
      found.add(
          "packages-broken",
          "dpkg reports packages that are only half installed",
          "run `dpkg --configure -a` on the gateway and look at its output");
    }
  }

  private static void packageVersion(String name, String wanted, Facts facts, Findings found) {
    Optional<PackageFacts> known = Optional.ofNullable(facts.packages().get(name));
    if (known.flatMap(PackageFacts::installed).isEmpty()) {
      found.add(
          "not-installed",
          "package %s is not installed, so there is no version to go back to".formatted(name),
          "install it first, or check the name");
      return;
    }
    PackageFacts packageFacts = known.get();
    if (packageFacts.candidates().contains(wanted)
        || packageFacts.installed().equals(Optional.of(wanted))) {
      return;
    }
    found.add(
        "no-such-version",
        "package %s has no version %s here".formatted(name, wanted),
        packageFacts.candidates().isEmpty()
            ? "the gateway's package lists know no version at all; run `apt-get update` there"
            : "known versions: %s; `apt-get update` on the gateway may bring more"
                .formatted(String.join(", ", new TreeSet<>(packageFacts.candidates()))));
  }

  private static Optional<String> installed(Facts facts, String name) {
    return Optional.ofNullable(facts.packages().get(name)).flatMap(PackageFacts::installed);
  }

  private static final class Findings {
    private final String gateway;
    private final List<Problem> problems = new ArrayList<>();

    Findings(String gateway) {
      this.gateway = gateway;
    }

    void add(String code, String what, String hint) {
      problems.add(new Problem(code, gateway, what, hint));
    }
  }
}
