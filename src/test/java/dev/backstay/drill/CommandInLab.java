package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.cli.Main;
import dev.backstay.lab.Lab;
import dev.backstay.testing.ChildJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command {@code backstay} in a working directory of its own, run in the lab's network, and
 * shells on its gateways.
 */
final class CommandInLab {
  static final String PACKAGE = "backstay-lab-wireguard";

  private final Lab lab;
  private final Path folder;
  private final String log;

  record Ended(int status, String output) {}

  /**
   * @param folder empty
   */
  CommandInLab(Lab lab, Path folder) throws Exception {
    this(lab, folder, "ERROR");
  }

  /**
   * @param log from which level on libraries tell what they do
   */
  CommandInLab(Lab lab, Path folder, String log) throws Exception {
    this.lab = lab;
    this.folder = folder;
    this.log = log;
    assertThat(run("init").status()).isZero();
  }

  /** A playbook that brings the lab's module to a version on one gateway. */
  Path playbook(String gateway, String version, String gates) throws IOException {
    return Files.writeString(
        folder.resolve("playbooks/module.yaml"),
        """
        kind: Playbook
        name: module
        select: %s
        change:
          packages: {%s: %s}
          activate: reload-module
        waves: [1]
        observe: {baseline: 10s, window: 45s, kick: true}
        gates: %s
        lease: {apply: 120s, confirm: 30s}
        """
            .formatted(gateway, PACKAGE, version, gates));
  }

  /** A file below the working directory. */
  Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  String inventory() {
    return lab.directory().orElseThrow().resolve("inventory.yaml").toString();
  }

  List<Path> journals() throws IOException {
    Path rollouts = folder.resolve(".backstay/rollouts");
    if (!Files.isDirectory(rollouts)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(rollouts)) {
      return entries.map(entry -> entry.resolve("journal.jsonl")).filter(Files::exists).toList();
    }
  }

  Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        lab.command(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("BACKSTAY_LOG", log);
    return builder.start();
  }

  /** Another program of ours in the lab's network. */
  Process program(Class<?> main, String... words) throws IOException {
    return lab.command(ChildJvm.command(main, words)).redirectErrorStream(true).start();
  }

  Ended run(String... words) throws Exception {
    return end(start(words));
  }

  static Ended end(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }

  /** Ends a command as {@code kill -9} does; what it has said is still to be read. */
  static void kill(Process process) throws Exception {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    // Not through the process itself: that would take away what it has said as well.
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  /** What a gateway says of its lease, in lines. */
  String lease(String gateway) throws Exception {
    return on(gateway, "/var/lib/backstay/programs/deadman status");
  }

  /** A command on a gateway that goes on meanwhile. */
  Process startOn(String gateway, String command) throws IOException {
    Path config = lab.directory().orElseThrow().resolve("ssh_config");
    return lab.command(List.of("ssh", "-F", config.toString(), gateway, command))
        .redirectErrorStream(true)
        .start();
  }

  /** What a command says on a gateway. */
  String on(String gateway, String command) throws Exception {
    Ended ended = end(startOn(gateway, command));
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output().strip();
  }

  String installed(String gateway) throws Exception {
    return on(gateway, "dpkg-query -W -f '${Version}' " + PACKAGE);
  }
}
