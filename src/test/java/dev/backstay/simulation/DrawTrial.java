package dev.backstay.simulation;

import dev.backstay.inventory.Gateway;
import dev.backstay.playbook.Playbook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Draws a rollout and everything that goes wrong with it: a version, a fleet, what strikes its
 * gateways, their network and the controllers' side, and when one controller after another dies.
 */
final class DrawTrial {
  private static final String MODULE = "packages: {wireguard-dkms: 1.0.1}, activate: reload-module";
  private static final String SETTINGS =
      "config: {wg0: {mtu: 1380}}, tuning: {sysctl: {net.core.rmem_max: 1048576}}";
  private static final String KERNEL =
      "kernel: {packages: {linux-image-6.12.9: 6.12.9-1}}, activate: reboot";

  private final long seed;
  private final Path folder;
  private final Random random;

  DrawTrial(long seed, Path folder) {
    this.seed = seed;
    this.folder = folder;
    this.random = new Random(seed);
  }

  Trial draw() {
    int count = 2 + random.nextInt(5);
    List<Gateway> gateways = random.nextBoolean() ? Fixture.gateways(count) : Fixture.pairs(count);
    String change = one(List.of(MODULE, MODULE, SETTINGS, KERNEL));
    return new Trial(
        seed,
        playbook(change),
        gateways,
        8,
        fate(change, gateways),
        mishaps(gateways),
        hits(),
        kills(),
        Fixture.SECOND,
        folder);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private Playbook playbook(String change) {
    String lease =
        change.equals(KERNEL)
            ? "lease: {apply: 60s, reboot: 120s, confirm: 60s}\n"
            : "lease: {apply: 60s, confirm: 60s}\n";
    String limits = one(List.of("", "", "limits: {maxFailed: 1}\n", "limits: {maxFailed: 50%}\n"));
    String failure = one(List.of("", "", "onFailure: {rollback: wave}\n"));
    return Fixture.playbook(
        one(List.of("[1, rest]", "[rest]", "[1, 1, rest]", "[1, 50%, rest]")),
        change,
        control(),
        lease + limits + failure);
  }

  /** Of a chance of its own, so that everything else is as it was drawn before there were any. */
  private String control() {
    return new Random(~seed).nextInt(3) == 0 ? "1" : "";
  }

  private Fate fate(String change, List<Gateway> gateways) {
    String where = one(gateways).name();
    if (change.equals(KERNEL) && random.nextInt(3) == 0) {
      return Bad.kernel(where, one(List.of(Fate.Boot.values())));
    }
    return switch (random.nextInt(7)) {
      case 0 -> new DrawnFate(seed, 3000, 0, 0, 0, 0);
      case 1 -> new DrawnFate(seed, 0, 3000, 0, 0, 0);
      case 2 -> new DrawnFate(seed, 0, 0, 2000, 0, 0);
      case 3 -> new DrawnFate(seed, 0, 0, 0, 1000, 100);
      case 4 -> Bad.module(where);
      default -> Fate.GOOD;
    };
  }

  private Map<String, List<Mishaps.Blow>> mishaps(List<Gateway> gateways) {
    Map<String, List<Mishaps.Blow>> all = new HashMap<>();
    gateways.forEach(gateway -> {
      List<Mishaps.Blow> blows = new ArrayList<>();
      IntStream.range(0, one(List.of(0, 0, 0, 1, 1, 2)))
          .forEach(i ->
              blows.add(new Mishaps.Blow(1 + random.nextInt(40), random.nextBoolean(), mishap())));
      all.put(gateway.name(), blows);
    });
    return all;
  }

  private Mishap mishap() {
    return switch (random.nextInt(11)) {
      case 0 -> new Mishap.LinkCut(Duration.ZERO);
      case 1, 2 -> new Mishap.LinkCut(Duration.ofSeconds(random.nextInt(600)));
      case 3, 4 -> new Mishap.PowerCut(Duration.ofSeconds(1 + random.nextInt(300)));
      case 5 -> new Mishap.ClockStep(Duration.ofHours(random.nextBoolean() ? 1 : -1));
      case 6 -> new Mishap.DiskFull();
      case 7 -> new Mishap.TimerStopped();
      case 8 -> new Mishap.StageHangs();
      case 9 -> new Mishap.Unreachable();
      default -> new Mishap.Slow(2 + random.nextInt(10));
    };
  }

  private List<Trial.Hit> hits() {
    List<Trial.Hit> hits = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      hits.add(
          new Trial.Hit(
              1 + random.nextInt(120),
              new Trial.Strike.NetworkCut(Duration.ofSeconds(random.nextInt(600)))));
    }
    if (random.nextInt(4) == 0) {
      hits.add(
          new Trial.Hit(
              1 + random.nextInt(120),
              new Trial.Strike.ClockStep(Duration.ofHours(random.nextBoolean() ? 1 : -1))));
    }
    return hits;
  }

  /** Each successor may die as well, most of all while it is still asking. */
  private List<Trial.Kill> kills() {
    return IntStream.range(0, random.nextInt(5))
        .mapToObj(i -> new Trial.Kill(death(i == 0 ? 100 : 30), until()))
        .toList();
  }

  private Death death(int lines) {
    return switch (random.nextInt(4)) {
      case 0 -> new Death.InLine(1 + random.nextInt(lines));
      case 1 -> new Death.BeforeEffect(1 + random.nextInt(lines / 3));
      case 2 -> new Death.AfterEffect(1 + random.nextInt(lines / 3));
      default -> new Death.AfterLine(1 + random.nextInt(lines));
    };
  }

  private Duration until() {
    return switch (random.nextInt(3)) {
      case 0 -> Duration.ZERO;
      case 1 -> Duration.ofSeconds(random.nextInt(600));
      default -> Duration.ofMinutes(40);
    };
  }
}
