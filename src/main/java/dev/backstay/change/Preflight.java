package dev.backstay.change;

import dev.backstay.change.Packages.VersionChange;
import dev.backstay.change.Tuning.Setting;
import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceConfig;
import dev.backstay.gateway.Facts.InterfaceFacts;
import dev.backstay.gateway.Facts.PackageFacts;
import dev.backstay.gateway.FactsQuery;
import dev.backstay.playbook.Activation;
import dev.backstay.playbook.Implementation;
import dev.backstay.playbook.Playbook;
import dev.backstay.playbook.Traffic;
import dev.backstay.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
          "awk", "mawk",
          "ip", "iproute2",
          "flock", "util-linux",
          "sha256sum", "coreutils",
          "timeout", "coreutils");

  /** Programs that packages are changed with, by package manager. */
  private static final Map<String, List<String>> MANAGING =
      Map.of(
          "dpkg", List.of("apt-get", "dpkg"),
          "rpm", List.of("rpm", "dnf"),
          "apk", List.of("apk"));

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
    playbook
        .change()
        .kernel()
        .ifPresent(wanted -> parts.add(new KernelSwitch(facts.kernel(), wanted.release())));
    parts.add(packages(facts));
    parts.add(config(facts));
    parts.add(tuning(facts));
    parts.add(Scripts.of(playbook.change().scripts()));
    playbook.change().implementation().map(to -> takeover(to, facts)).ifPresent(parts::add);
    restoration.ifPresent(parts::add);
    parts.removeIf(Part::nothingToDo);
    return new GatewayChange(
        gateway,
        parts,
        playbook.change().activate(),
        // Whoever is called by an empty gateway answers to another one, and does not see that he
        // should ask there himself. They are called when they are back.
        playbook.observe().kick() && playbook.traffic().isEmpty(),
        facts.interfaces().stream().map(InterfaceFacts::name).sorted().toList());
  }

  private Packages packages(Facts facts) {
    List<VersionChange> changes = new ArrayList<>();
    new TreeMap<>(playbook.change().packages())
        .forEach((name, wanted) ->
            installed(facts, name)
                .filter(version -> !version.equals(wanted))
                .ifPresent(version -> changes.add(version(name, version, wanted, facts))));
    playbook
        .change()
        .kernel()
        .ifPresent(kernel ->
            new TreeMap<>(kernel.packages())
                .forEach((name, wanted) -> {
                  String now = installed(facts, name).orElse(Packages.NONE);
                  if (!now.equals(wanted)) {
                    changes.add(version(name, now, wanted, facts));
                  }
                }));
    return new Packages(changes);
  }

  /** With what the gateway's package lists say of the files of the two versions. */
  private static VersionChange version(String name, String from, String to, Facts facts) {
    SortedMap<String, String> digests =
        new TreeMap<>(
            Optional.ofNullable(facts.packages().get(name))
                .map(PackageFacts::digests)
                .orElse(Map.of()));
    digests.keySet().retainAll(Set.of(from, to));
    return new VersionChange(name, from, to, digests);
  }

  private Config config(Facts facts) {
    return new Config(
        ResolveConfig.all(playbook.change().config(), facts).stream()
            .flatMap(one -> one.edit().stream())
            .toList());
  }

  private Tuning tuning(Facts facts) {
    List<Setting> changes = new ArrayList<>();
    playbook
        .change()
        .sysctl()
        .forEach((key, wanted) ->
            facts
                .settings()
                .getOrDefault(key, Optional.empty())
                .filter(is -> !is.equals(wanted))
                .ifPresent(is -> changes.add(new Setting(key, is, wanted))));
    return new Tuning(changes);
  }

  private static Takeover takeover(Implementation to, Facts facts) {
    return new Takeover(
        to,
        facts.interfaces().stream()
            .filter(i -> i.inKernel() != (to == Implementation.KERNEL))
            .map(InterfaceFacts::name)
            .sorted()
            .toList());
  }

  /** What the gateway is to be asked so that this can judge. */
  public FactsQuery query() {
    return new FactsQuery(
        new TreeSet<>(playbook.change().packageNames()),
        new TreeSet<>(playbook.change().sysctl().keySet()),
        !playbook.change().config().isEmpty()
            || playbook.change().implementation().isPresent()
            || playbook.traffic().flatMap(Traffic::takeover).isPresent(),
        playbook.traffic().flatMap(Traffic::takeover).isPresent(),
        playbook.change().kernel().isPresent());
  }

  /** Empty when the change may go on. */
  public List<Problem> problems(String gateway, Facts facts) {
    Findings found = new Findings(gateway);
    account(facts, found);
    tools(new TreeMap<>(NEEDED), facts, found);
    wireguard(facts, found);
    disk(facts, found);
    packageManager(facts, found);
    if (!playbook.change().packages().isEmpty()) {
      managing(facts, found);
    }
    playbook
        .change()
        .packages()
        .forEach((name, wanted) -> packageVersion(name, wanted, facts, found));
    configuration(facts, found);
    settings(facts, found);
    playbook.change().implementation().ifPresent(to -> implementation(to, facts, found));
    playbook.change().kernel().ifPresent(wanted -> new KernelPreflight(wanted).check(facts, found));
    lease(facts, found);
    return found.problems();
  }

  static void lease(Facts facts, Findings found) {
    facts
        .openLease()
        .ifPresent(lease ->
            found.add(
                "lease-open",
                "rollout %s holds this gateway (%s)".formatted(lease.rollout(), lease.state()),
                lease.ticking()
                    ? "wait until it is confirmed or has reverted; `backstay report %s` tells more"
                        .formatted(lease.rollout())
                    : "its dead-man timer does not tick, so it will not revert by itself:"
                        + " `systemctl restart backstay-deadman.timer` on the gateway"));
  }

  static void account(Facts facts, Findings found) {
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

  /**
   * @param needed programs, each with the package of Debian that brings it
   */
  static void tools(SortedMap<String, String> needed, Facts facts, Findings found) {
    needed.forEach((tool, from) -> {
      if (facts.missingTools().contains(tool)) {
        found.add(
            "tool-missing",
            "the program " + tool + " is missing",
            "install it on the gateway: apt-get install " + from);
      }
    });
  }

  private static void managing(Facts facts, Findings found) {
    List<String> needed = MANAGING.get(facts.packageManager());
    if (needed == null) {
      found.add(
          "no-package-manager",
          "no package manager that is known runs here",
          "leave this gateway out; dpkg, rpm and apk are known");
      return;
    }
    needed.stream()
        .filter(facts.missingTools()::contains)
        .forEach(tool ->
            found.add(
                "tool-missing",
                "the program " + tool + " is missing",
                "packages are changed with it; install it on the gateway"));
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
    if (playbook.change().implementation().isEmpty()) {
      facts.interfaces().stream()
          .filter(InterfaceFacts::boringtun)
          .forEach(i -> boringtun(i.name(), found));
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

  /** Source: boringtun {@code device/mod.rs}, {@code update_peer} (wireguard.md §1.5). */
  private static void boringtun(String name, Findings found) {
    found.add(
        "boringtun",
        "interface %s is run by boringtun, which ends when a peer that it has is changed, and a change"
                .formatted(name)
            + " and the call of the peers after it do that",
        "leave this gateway out, or give it another implementation first; it can be observed");
  }

  static void disk(Facts facts, Findings found) {
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
    candidate(name, wanted, facts, found);
  }

  /** What the gateway's package lists must know, of a package that may not be installed yet. */
  static void candidate(String name, String wanted, Facts facts, Findings found) {
    Set<String> known =
        Optional.ofNullable(facts.packages().get(name))
            .map(PackageFacts::candidates)
            .orElse(Set.of());
    if (known.contains(wanted) || installed(facts, name).equals(Optional.of(wanted))) {
      return;
    }
    found.add(
        "no-such-version",
        "package %s has no version %s here".formatted(name, wanted),
        known.isEmpty()
            ? "the gateway's package lists know no version at all; run `apt-get update` there"
            : "known versions: %s; `apt-get update` on the gateway may bring more"
                .formatted(String.join(", ", new TreeSet<>(known))));
  }

  private void configuration(Facts facts, Findings found) {
    Set<String> there =
        facts.interfaces().stream().map(InterfaceFacts::name).collect(Collectors.toSet());
    playbook
        .change()
        .config()
        .forEach((name, wish) -> {
          if (!there.contains(name)) {
            found.add(
                "no-such-interface",
                "there is no WireGuard interface %s, which %s names".formatted(name, wish.at()),
                "its interfaces: " + String.join(", ", new TreeSet<>(there)));
          }
        });
    ResolveConfig.all(playbook.change().config(), facts).forEach(one -> one.problems(found));
  }

  private void settings(Facts facts, Findings found) {
    playbook
        .change()
        .sysctl()
        .keySet()
        .forEach(key -> {
          if (facts.settings().getOrDefault(key, Optional.empty()).isEmpty()) {
            found.add(
                "no-such-setting",
                "this kernel has no setting " + key,
                "`sysctl -a` on the gateway lists what it has");
          }
        });
  }

  private static void implementation(Implementation to, Facts facts, Findings found) {
    Takeover takeover = takeover(to, facts);
    if (takeover.nothingToDo()) {
      return;
    }
    if (takeover.interfaces().size() < facts.interfaces().size()) {
      found.add(
          "mixed-implementations",
          "some of the interfaces are the kernel's and some a program's",
          "bring them under one first; modprobe decides for all at boot");
    }
    if (facts.missingTools().contains("wireguard-go")) {
      found.add(
          "tool-missing",
          "the program wireguard-go is missing, there or on the way back",
          "install it on the gateway: apt-get install wireguard-go");
    }
    if (facts.moduleOnDisk().isEmpty() || facts.moduleOnDisk().equals("builtin")) {
      found.add(
          "no-module",
          facts.moduleOnDisk().isEmpty()
              ? "this kernel has no module wireguard"
              : "WireGuard is built into this kernel, so nothing can choose another at boot",
          "leave this gateway out");
    }
    takeover.interfaces().stream()
        .filter(name ->
            !Optional.ofNullable(facts.configs().get(name))
                .map(InterfaceConfig::owner)
                .orElse("none")
                .equals("wg-quick"))
        .forEach(name ->
            found.add(
                "not-by-wg-quick",
                "interface %s is not made by wg-quick, which alone chooses at boot".formatted(name),
                "leave this gateway out"));
  }

  static Optional<String> installed(Facts facts, String name) {
    return Optional.ofNullable(facts.packages().get(name)).flatMap(PackageFacts::installed);
  }
}
