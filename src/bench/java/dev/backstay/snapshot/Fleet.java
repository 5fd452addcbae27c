package dev.backstay.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of simulated gateways: a WireGuard configuration with peers, routes and a ruleset. */
record Fleet(Path folder) {
  private static final String CONFIGURATION = "etc/wireguard/wg0.conf";

  static Fleet make(Path folder, int gateways, int peers, Random random) throws IOException {
    for (int number = 0; number < gateways; number++) {
      Path gateway = folder.resolve("gw%03d".formatted(number));
      write(gateway.resolve(CONFIGURATION), configuration(peers, random));
      write(gateway.resolve("network/routes4"), "default via 192.0.2.1 dev eth0\n".repeat(10));
      write(gateway.resolve("etc/nftables.conf"), "table inet filter { }\n".repeat(20));
    }
    return new Fleet(folder);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
  }

  static String configuration(int peers, Random random) {
    StringBuilder text = new StringBuilder("[Interface]\nListenPort = 51820\nPrivateKey = ");
    text.append(key(random)).append('\n');
    for (int peer = 0; peer < peers; peer++) {
      text.append(peer(peer, random));
    }
    return text.toString();
  }

  private static String peer(int number, Random random) {
    return "\n[Peer]\nPublicKey = %s\nPresharedKey = %s\nAllowedIPs = 10.%d.%d.%d/32\n"
        .formatted(key(random), key(random), number >> 16, (number >> 8) & 255, number & 255);
  }

  private static String key(Random random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** Gives one gateway of a hundred, at least one, another peer. */
  void changeOnePercent(Random random) throws IOException {
    List<Path> all = gateways();
    for (int i = 0; i < all.size(); i += 100) {
      Path file = all.get(i).resolve(CONFIGURATION);
      Files.writeString(file, Files.readString(file) + peer(i, random));
    }
  }

  List<Path> gateways() throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.sorted().toList();
    }
  }

  /** What Backstay would read from this gateway now. */
  static Capture capture(Path gateway) throws IOException {
    SortedMap<String, CapturedFile> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(gateway)) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        files.put(
            gateway.relativize(file).toString(),
            new CapturedFile(SecretBytes.owning(Files.readAllBytes(file)), 0600, "root:root"));
      }
    }
    return new Capture(Instant.now(), files, Facts.ofKernel("6.1.0"));
  }

  static CapturedFile file(String text) {
    return new CapturedFile(
        SecretBytes.owning(text.getBytes(StandardCharsets.US_ASCII)), 0600, "root:root");
  }
}
