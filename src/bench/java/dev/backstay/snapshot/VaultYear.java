package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** How a vault grows: a hundred gateways, a snapshot of all every day, two of them changed. */
final class VaultYear {
  private static final int GATEWAYS = 100;
  private static final int DAYS = 365;
  private static final int CHANGES = 2;
  private static final int PEERS = 20;

  /** Unchanged gateways write nothing, so not every day's need be asked. */
  private static final int WHOLE_FLEET_EVERY = 73;

  private VaultYear() {}

  static void run(Path folder, Random random) throws IOException {
    Files.createDirectories(folder);
    Path identity = folder.resolve("identity");
    VaultPlace place = VaultPlace.in(folder);
    Instant day = Instant.parse("2026-01-01T04:00:00Z");
    Vault.init(place, new Keyholders.NewIdentity(identity), at(day), new SecureRandom());
    String[] texts = new String[GATEWAYS];
    long content = 0;
    for (int i = 0; i < GATEWAYS; i++) {
      texts[i] = Fleet.configuration(PEERS, random);
      content += texts[i].length();
      save(place, day, i, texts[i]);
    }
    long start = System.nanoTime();
    long peak = 0;
    for (int number = 1; number <= DAYS; number++) {
      day = day.plus(Duration.ofDays(1));
      for (int change = 0; change < CHANGES; change++) {
        int gateway = random.nextInt(GATEWAYS);
        texts[gateway] = Fleet.configuration(PEERS, random);
        content += texts[gateway].length();
        save(place, day, gateway, texts[gateway]);
      }
      if (number % WHOLE_FLEET_EVERY == 0) {
        for (int i = 0; i < GATEWAYS; i++) {
          save(place, day, i, texts[i]);
        }
      }
      Vault.open(place, at(day), new SecureRandom()).settle(Duration.ZERO);
      peak = Math.max(peak, VaultBench.size(place.repository()));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long size = VaultBench.size(place.repository());
    Chain chain = Vault.open(place, at(day), new SecureRandom()).verifyChain();
    System.out.printf(
        "%d days, %d gateways, %d changes a day (each a configuration with %d peers): %.0f s%n",
        DAYS, GATEWAYS, CHANGES, PEERS, seconds);
    System.out.printf(
        "content ever changed %,d bytes; repository %,d bytes, %.2f times as many; at most %,d%n",
        content, size, (double) size / content, peak);
    System.out.printf("%d commits, %d snapshots%n", chain.commits(), chain.snapshots());
  }

  private static Clock at(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }

  private static void save(VaultPlace place, Instant day, int gateway, String text) {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    files.put("etc/wireguard/wg0.conf", Fleet.file(text));
    Capture capture = new Capture(day, files, Facts.ofKernel("6.1.0"));
    Vault.open(place, at(day), new SecureRandom())
        .save("gw%03d".formatted(gateway), capture, "daily");
  }
}
