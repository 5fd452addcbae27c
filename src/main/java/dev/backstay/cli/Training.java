package dev.backstay.cli;

import dev.backstay.ssh.PracticeHost;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * Goes once through what the usual commands go through, in a folder of its own and with a server in
 * this process, so that the JVM can write down which classes that takes. Started by {@code
 * src/main/launcher/train}; says nothing, and fails where a command did not end as it should.
 */
final class Training {
  private static final String PLAYBOOK =
      """
      kind: Playbook
      name: training
      select: tag:practice
      change: {%s}
      waves: [1, 20%%, rest]
      observe: {window: 30s}
      """;

  /** What a small gateway answers. */
  private static final String FACTS =
      """
      protocol\t1
      boot-id\t00000000-0000-4000-8000-000000000000
      uptime\t1000.00
      kernel\t6.12.0
      architecture\tx86_64
      os\tdebian\t13
      user\troot
      init\tsystemd\t257\trunning
      package-manager\tdpkg
      tool\twg\t1.0.20210914
      tool\tnft\t1.1.3
      tool\tip\tunknown
      tool\tflock\tunknown
      tool\tsystemd-run\tunknown
      tool\tapt-get\tunknown
      tool\tdpkg\tunknown
      tool\tsha256sum\tunknown
      tool\ttimeout\tunknown
      tool\tbase64\tunknown
      tool\ttar\tunknown
      disk-free\t/var/lib/backstay\t1000000
      dpkg-lock\tfree
      dpkg-audit\tclean
      module\tloaded\tbuiltin
      module\tdisk\tbuiltin
      interface\twg0\tkernel\tAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=\t51820\toff\t1420\t2\t2
      sysctl\tnet.core.rmem_max\tvalue\t212992
      lease\tnone
      epoch\t0
      """;

  private final WorkingDirectory here;

  private Training(WorkingDirectory here) {
    this.here = here;
  }

  /**
   * @param arguments {@code words} for help and version alone, {@code work} for all commands; and
   *     an empty folder, which is left as it comes
   */
  public static void main(String[] arguments) throws IOException {
    Training training = new Training(new WorkingDirectory(Path.of(arguments[1]).toAbsolutePath()));
    training.words();
    if (arguments[0].equals("work")) {
      training.work();
    }
  }

  private void words() {
    command(ExitCode.DONE, "--version");
    command(ExitCode.DONE, "--help");
    command(ExitCode.USAGE, "--misspelt");
  }

  private void work() throws IOException {
    command(ExitCode.DONE, "init");
    Path playbook = here.path().resolve("playbooks/training.yaml");
    Files.writeString(
        playbook, PLAYBOOK.formatted("tuning: {sysctl: {net.core.rmem_max: 2500000}}"));
    try (PracticeHost host = PracticeHost.start(here.path(), FACTS)) {
      Files.writeString(
          here.path().resolve("inventories/training.yaml"),
          """
          kind: Inventory
          ssh: {port: %d, identity: %s, knownHosts: %s}
          gateways:
            practice: {host: 127.0.0.1, tags: practice}
          """
              .formatted(host.port(), host.identity(), host.knownHosts()));
      command(ExitCode.DONE, "facts", "practice");
      command(ExitCode.CHANGES_PENDING, "plan", playbook.toString());
      command(ExitCode.CHANGES_PENDING, "plan", playbook.toString(), "--known", "1h");
    }
    Files.writeString(
        playbook, PLAYBOOK.formatted("packages: {wireguard-dkms: 1.0.1}, activate: reload-module"));
    command(ExitCode.DONE, "simulate", playbook.toString(), "--gateways", "3");
    command(ExitCode.DONE, "rollouts");
    command(ExitCode.DONE, "snapshot", "list");
  }

  private void command(ExitCode expected, String... words) {
    CommandLine line = Main.commandLine(here);
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int status = line.setOut(out).setErr(out).execute(words);
    if (status != expected.status()) {
      throw new IllegalStateException(
          "%s ended with %d: %s".formatted(String.join(" ", words), status, said));
    }
  }
}
