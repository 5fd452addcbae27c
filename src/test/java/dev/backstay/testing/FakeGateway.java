package dev.backstay.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A host that Backstay would change: a real sshd on this machine, whose sessions see a folder of
 * programs that answer as those of a healthy gateway do. Nothing on it can be changed; it is for
 * what is asked before.
 */
public final class FakeGateway implements AutoCloseable {
  /** Of this machine: what every gateway has, and what the program {@code facts} is made with. */
  private static final List<String> REAL =
      List.of(
          "sh",
          "awk",
          "cat",
          "date",
          "dirname",
          "env",
          "head",
          "ls",
          "readlink",
          "sed",
          "timeout",
          "uname");

  private static final String ANSWERS =
      """
      == id
      echo root
      == systemctl
      case $1 in --version) echo 'systemd 252 (252.1)' ;; *) echo running ;; esac
      == df
      echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
      echo '/dev/vda 400000 100000 300000 25% /'
      == wg
      case "$*" in
      --version) echo 'wireguard-tools v1.0.20210914' ;;
      'show interfaces') echo wg0 ;;
      'show wg0 public-key') echo '/FAD/PrGW50uuH94FF3MiEUDTd1PepATBsVpGrVaMS8=' ;;
      'show wg0 listen-port') echo 51820 ;;
      'show wg0 fwmark') echo off ;;
      'show wg0 peers') echo a; echo b ;;
      esac
      == ip
      echo '3: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN'
      == dpkg
      == dpkg-query
      echo 'install installed 1.0.0'
      == apt-cache
      echo ' wireguard-dkms | 1.0.1 | https://deb.example.net stable/main'
      echo ' wireguard-dkms | 1.0.0 | https://deb.example.net stable/main'
      == modinfo
      case $2 in srcversion) echo 4B296AD2DF2AFD786074497 ;; *) echo /lib/modules/wireguard.ko ;; esac
      == nft
      == apt-get
      == flock
      == sha256sum
      == systemd-run
      == base64
      == tar
      """;

  private final Path directory;
  private final RealSshd server;

  private FakeGateway(Path directory, RealSshd server) {
    this.directory = directory;
    this.server = server;
  }

  /**
   * @param directory an empty directory
   */
  public static FakeGateway start(Path directory) {
    try {
      Path programs = Files.createDirectories(directory.resolve("programs"));
      for (String name : REAL) {
        script(programs.resolve(name), "exec " + real(name) + " \"$@\"\n");
      }
      for (String answer : ANSWERS.split("(?m)^== ")) {
        if (!answer.isEmpty()) {
          String[] parts = answer.split("\n", 2);
          script(programs.resolve(parts[0]), parts[1]);
        }
      }
      Files.createDirectories(directory.resolve("root/run/systemd/system"));
      Files.createDirectories(directory.resolve("root/etc"));
      Files.writeString(directory.resolve("root/etc/os-release"), "ID=debian\nVERSION_ID=\"12\"\n");
      Files.createDirectories(directory.resolve("state"));
      Path session = directory.resolve("session");
      script(
          session,
          """
          export PATH='%1$s/programs' BACKSTAY_ROOT='%1$s/root' BACKSTAY_STATE='%1$s/state'
          exec sh -c "$SSH_ORIGINAL_COMMAND"
          """
              .formatted(directory));
      return new FakeGateway(
          directory, RealSshd.start(directory.resolve("sshd"), "ForceCommand " + session));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String real(String program) {
    return Programs.run("sh", "-c", "command -v " + program).strip();
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** An inventory in which it is gw1, with the tag edge. */
  public String inventory() {
    return """
    kind: Inventory
    ssh: {user: %s, identity: %s, knownHosts: %s}
    gateways:
      gw1: {host: 127.0.0.1, port: %d, tags: [edge]}
    """
        .formatted(
            System.getProperty("user.name"),
            server().userKey(),
            server().knownHosts(),
            server().port());
  }

  public RealSshd server() {
    return server;
  }

  /** From now on the program is not there. */
  public FakeGateway without(String program) {
    try {
      Files.delete(directory.resolve("programs").resolve(program));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on another init runs. */
  public FakeGateway withoutSystemd() {
    try {
      Files.delete(directory.resolve("root/run/systemd/system"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on whoever logs in gets this script instead of a shell. */
  public FakeGateway answering(String script) {
    try {
      script(directory.resolve("session"), script);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
