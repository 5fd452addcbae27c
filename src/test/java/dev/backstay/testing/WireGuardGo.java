package dev.backstay.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real WireGuard server in a network namespace, and another namespace for its clients. The server
 * has several addresses, so that each can be broken in a way of its own.
 */
public final class WireGuardGo implements AutoCloseable {
  public static final int PORT = 51820;

  /** Of another version than this machine's, if one is named. */
  private static final String PROGRAM = System.getProperty("backstay.wireguard-go", "wireguard-go");

  public static final int MTU = 1420;
  public static final String INNER_4 = "10.9.0.1";
  public static final String INNER_6 = "fd09::1";

  /** RFC 2544's, which nobody has in use. */
  private static final String OUTER = "198.18.";

  /**
   * The third part of the first address. Each has a network of its own, because wireguard-go since
   * 2023 answers from the first address on the way to a client, whichever was called.
   */
  private static final int FIRST = 20;

  private static final String OUTER_6 = "fd18:9::";
  private static final int ADDRESSES = 16;

  private static final AtomicInteger STARTED = new AtomicInteger();

  private final Path folder;
  private final String inside;
  private final String outside;
  private final String device;
  private final Path secret;
  private final String key;
  private Optional<Process> process = Optional.empty();
  private int clients;

  private WireGuardGo(Path folder, String name) {
    this.folder = folder;
    inside = name + "s";
    outside = name + "c";
    device = name + "w";
    secret = secret("server", "wg genkey");
    key = Programs.run("sh", "-c", "wg pubkey <" + secret).strip();
  }

  /** Of the program that is run, as its package has it; empty where nobody knows. */
  public static Optional<String> version() {
    return Optional.ofNullable(System.getProperty("backstay.wireguard-go.version"))
        .or(() ->
            isInstalled("dpkg-query")
                ? Optional.of(
                    Programs.run("dpkg-query", "-W", "-f", "${Version}", "wireguard-go").strip())
                : Optional.empty());
  }

  private void up() {
    Programs.run("ip", "netns", "add", inside);
    Programs.run("ip", "netns", "add", outside);
    ip(outside, "link add eth0 type veth peer name eth0 netns " + inside);
    for (String namespace : List.of(inside, outside)) {
      ip(namespace, "link set lo up");
      ip(namespace, "link set eth0 up");
    }
    // Without waiting whether somebody else has them.
    ip(outside, "addr add " + OUTER_6 + "200/64 dev eth0 nodad");
    ip(inside, "addr add " + OUTER_6 + "1/64 dev eth0 nodad");
    for (int i = 0; i < ADDRESSES; i++) {
      ip(inside, "addr add " + address(i) + "/24 dev eth0");
      ip(outside, "addr add " + OUTER + (FIRST + i) + ".200/24 dev eth0");
    }
    ip(inside, "addr add " + secondAddress() + "/24 dev eth0");
    process = Optional.of(daemon());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(Path.of("/var/run/wireguard/" + device + ".sock")));
    wg("listen-port", String.valueOf(PORT), "private-key", secret.toString());
    ip(inside, "addr add " + INNER_4 + "/24 dev " + device);
    ip(inside, "addr add " + INNER_6 + "/64 dev " + device);
    ip(inside, "link set " + device + " mtu " + MTU + " up");
  }

  private Process daemon() {
    try {
      return new ProcessBuilder("ip", "netns", "exec", inside, PROGRAM, "--foreground", device)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("wireguard-go.log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Skips the test where it cannot be had. */
  public static WireGuardGo start(Path folder) {
    assumeTrue(System.getProperty("user.name").equals("root"), "namespaces need root");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "there is no /dev/net/tun");
    for (String program : List.of("wireguard-go", "wg", "ip", "nft")) {
      assumeTrue(isInstalled(program), program + " is not installed");
    }
    WireGuardGo server =
        new WireGuardGo(folder, "b" + ProcessHandle.current().pid() + STARTED.incrementAndGet());
    try {
      server.up();
      return server;
    } catch (RuntimeException | AssertionError failed) {
      server.close();
      throw failed;
    }
  }

  private static boolean isInstalled(String program) {
    return List.of("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/").stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder + program)));
  }

  /** One of the server's own, from 0 on. */
  public static String address(int number) {
    return OUTER + (FIRST + number) + ".1";
  }

  /** In the network of the first one, and not the one from which packets go there by themselves. */
  public static String secondAddress() {
    return OUTER + FIRST + ".2";
  }

  /** As it stands before a port. */
  public static String address6() {
    return "[" + OUTER_6 + "1]";
  }

  public String key() {
    return key;
  }

  /**
   * Where packets can be dropped: {@code ip saddr}, {@code ip daddr} are the server's addresses.
   */
  public void firewall(String... rules) {
    Path file = folder.resolve("rules.nft");
    StringBuilder text = new StringBuilder("table ip broken {\n");
    text.append("chain in { type filter hook input priority 0;\n");
    for (String rule : rules) {
      if (rule.contains("daddr")) {
        text.append(rule).append('\n');
      }
    }
    text.append("}\nchain out { type filter hook output priority 0;\n");
    for (String rule : rules) {
      if (rule.contains("saddr")) {
        text.append(rule).append('\n');
      }
    }
    text.append("}\n}\n");
    write(file, text.toString());
    inside("nft", "-f", file.toString());
  }

  /**
   * A peer of the server with keys of its own.
   *
   * @param preshared the file of its preshared key on both sides
   * @param number makes its addresses {@code 10.9.0.number} and {@code fd09::number}
   */
  public record Client(Path key, String publicKey, Path preshared, int number) {
    public String inner4() {
      return "10.9.0." + number;
    }

    public String inner6() {
      return "fd09::" + number;
    }
  }

  public Client client() {
    Client client = stranger();
    wg(
        "peer",
        client.publicKey(),
        "preshared-key",
        client.preshared().toString(),
        "allowed-ips",
        client.inner4() + "/32," + client.inner6() + "/128");
    return client;
  }

  /** One that the server does not know. */
  public Client stranger() {
    int number = ++clients + 100;
    Path secret = secret("client" + number, "wg genkey");
    return new Client(
        secret,
        Programs.run("sh", "-c", "wg pubkey <" + secret).strip(),
        secret("preshared" + number, "wg genpsk"),
        number);
  }

  /** Peers without a preshared key that may only shake hands. */
  public void addPeers(List<String> publicKeys) {
    StringBuilder text = new StringBuilder();
    publicKeys.forEach(one -> text.append("[Peer]\nPublicKey = ").append(one).append('\n'));
    Path file = folder.resolve("peers.conf");
    write(file, text.toString());
    inside("wg", "addconf", device, file.toString());
  }

  /** Where the server has last heard a peer. */
  public String endpoint(String publicKey) {
    return inside("wg", "show", device, "endpoints")
        .lines()
        .filter(line -> line.startsWith(publicKey))
        .map(line -> line.split("\t")[1])
        .findFirst()
        .orElseThrow();
  }

  /** Sends a packet to a peer, which need not answer. */
  public void sendTo(String publicKey) {
    String address = "10.9.0.99";
    wg("peer", publicKey, "allowed-ips", address + "/32");
    inside("bash", "-c", "echo hello >/dev/udp/" + address + "/9");
  }

  /** Public keys of those whose handshake the server counts as complete. */
  public List<String> connected() {
    return inside("wg", "show", device, "latest-handshakes")
        .lines()
        .map(line -> line.split("\t"))
        .filter(columns -> !columns[1].equals("0"))
        .map(columns -> columns[0])
        .toList();
  }

  /** In seconds since 1970; 0 for never. */
  public long latestHandshake(Client client) {
    return number("latest-handshakes", client);
  }

  /** In bytes, handshakes counted. */
  public long received(Client client) {
    return number("transfer", client);
  }

  private long number(String what, Client client) {
    return inside("wg", "show", device, what)
        .lines()
        .filter(line -> line.startsWith(client.publicKey()))
        .map(line -> line.split("\t")[1])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  /** The words before a program that is to run where the clients are. */
  public List<String> outside() {
    return List.of("ip", "netns", "exec", outside);
  }

  private Path secret(String name, String program) {
    Path file = folder.resolve(name);
    write(file, Programs.run(program.split(" ")));
    return file;
  }

  /** For its owner alone. */
  public static void write(Path file, String text) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void wg(String... words) {
    List<String> command = new ArrayList<>(List.of("wg", "set", device));
    command.addAll(List.of(words));
    inside(command.toArray(String[]::new));
  }

  private String inside(String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", inside));
    command.addAll(List.of(words));
    return Programs.run(command);
  }

  private static void ip(String namespace, String words) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
    command.addAll(List.of(words.split(" ")));
    Programs.run(command);
  }

  @Override
  public void close() {
    process.ifPresent(WireGuardGo::end);
    for (String namespace : List.of(inside, outside)) {
      if (Files.exists(Path.of("/run/netns", namespace))) {
        Programs.run("ip", "netns", "del", namespace);
      }
    }
  }

  private static void end(Process process) {
    process.destroy();
    await().atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive());
  }
}
