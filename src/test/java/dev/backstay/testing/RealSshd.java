package dev.backstay.testing;

import dev.backstay.ssh.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * This machine's OpenSSH server, run as the current user on a free loopback port with keys of its
 * own. {@link #target} reaches it out of the box.
 */
public final class RealSshd implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  private final Path directory;
  private final int port;
  private final Process process;

  private RealSshd(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /**
   * @param directory an empty directory for keys, configuration and log
   * @param extra lines for sshd_config
   */
  public static RealSshd start(Path directory, String... extra) {
    try {
      Files.createDirectories(directory);
      SshKeys.generate(directory.resolve("host"));
      SshKeys.generate(directory.resolve("user"));
      Files.copy(
          SshKeys.publicHalf(directory.resolve("user")),
          directory.resolve("authorized_keys"),
          StandardCopyOption.REPLACE_EXISTING);
      RealSshd server = launch(directory, freePort(), extra);
      Files.writeString(directory.resolve("known_hosts"), server.knownHostsLine() + "\n");
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RealSshd launch(Path directory, int port, String... extra) throws IOException {
    List<String> config =
        new ArrayList<>(
            List.of(
                "Port " + port,
                "ListenAddress " + ADDRESS,
                "HostKey " + directory.resolve("host"),
                "AuthorizedKeysFile " + directory.resolve("authorized_keys"),
                "PidFile none",
                "LogLevel VERBOSE",
                // The directory is a temporary one; its parents may be anybody's.
                "StrictModes no",
                "UsePAM no",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "PrintMotd no",
                "MaxStartups 100",
                // An empty home: reading a .bashrc can cost more than the command.
                "SetEnv HOME=" + directory));
    config.addAll(Arrays.asList(extra));
    Path file = directory.resolve("sshd_config");
    Files.write(file, config);
    makeSeparationDirectory();
    Process process =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("sshd.log").toFile())
            .start();
    RealSshd server = new RealSshd(directory, port, process);
    Awaitility.await("sshd listens")
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !process.isAlive() || listens(port));
    if (!process.isAlive()) {
      throw new AssertionError("sshd did not start: " + server.log());
    }
    return server;
  }

  /** Run by root, sshd wants this directory, which its service makes at boot. */
  private static void makeSeparationDirectory() throws IOException {
    Path separation = Path.of("/run/sshd");
    if (System.getProperty("user.name").equals("root") && !Files.exists(separation)) {
      Files.createDirectory(
          separation,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(ADDRESS))) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (Socket _ = new Socket(ADDRESS, port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  public String host() {
    return ADDRESS;
  }

  public int port() {
    return port;
  }

  public String user() {
    return System.getProperty("user.name");
  }

  public Path hostKey() {
    return directory.resolve("host");
  }

  /** A private key that the server accepts. */
  public Path userKey() {
    return directory.resolve("user");
  }

  /** Holds this server's key. */
  public Path knownHosts() {
    return directory.resolve("known_hosts");
  }

  public Path authorizedKeys() {
    return directory.resolve("authorized_keys");
  }

  public String knownHostsLine() {
    try {
      String[] key = Files.readString(SshKeys.publicHalf(hostKey())).split(" ");
      return "[" + ADDRESS + "]:" + port + " " + key[0] + " " + key[1];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the server has logged so far. */
  public String log() {
    try {
      return Files.readString(directory.resolve("sshd.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many connections have been authenticated so far. */
  public long logins() {
    return log().lines().filter(line -> line.startsWith("Accepted publickey")).count();
  }

  public Target target(String name) {
    return new Target(name, ADDRESS, port, user(), List.of(userKey()), knownHosts(), List.of());
  }

  public Target.Jump jump() {
    return new Target.Jump(ADDRESS, port, user());
  }

  /** Ends the server and the sessions it still serves. */
  @Override
  public void close() {
    List<ProcessHandle> sessions = process.descendants().toList();
    process.destroy();
    sessions.forEach(ProcessHandle::destroy);
    process.onExit().join();
  }
}
