package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.cli.Terminal.Seen;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A working directory made with {@code init}, and the files that its author writes into it. */
final class Workplace {
  private final Path folder;
  private final Terminal terminal;
  private final List<Path> secretFiles = new ArrayList<>();

  private Workplace(Path folder) {
    this.folder = folder;
    this.terminal = new Terminal(folder);
  }

  static Workplace made(Path folder) {
    Workplace place = new Workplace(folder);
    Seen made = place.run("init");
    assertThat(made.status()).as(made.err()).isZero();
    place.secretFiles.add(folder.resolve(".backstay/vault-identity"));
    place.secretFiles.add(folder.resolve(".backstay/vault-signing-key"));
    return place;
  }

  /** A folder in which nobody has said {@code init}. */
  static Workplace notMade(Path folder) {
    return new Workplace(folder);
  }

  Path path(String relative) {
    return folder.resolve(relative);
  }

  Path inventory(String text) {
    return write("inventories/fleet.yaml", text);
  }

  Path playbook(String text) {
    return write("playbooks/module.yaml", text);
  }

  Path write(String relative, String text) {
    try {
      Path file = folder.resolve(relative);
      Files.createDirectories(file.resolveSibling(""));
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A rollout that has saved a gateway, and has not ended. */
  void openRollout(String id, String gateway, String commit) {
    try (Journal journal = Journal.create(journal(id), Clock.systemUTC(), line -> {})) {
      journal.append(
          new Event.Started(
              Journal.FORMAT,
              id,
              "module",
              "0".repeat(64),
              List.of(List.of(gateway)),
              1,
              "anna@ops"));
      journal.append(new Event.StepBegan(gateway, "snapshot"));
      journal.append(
          new Event.StepEnded(gateway, "snapshot", "done", "saved", Map.of("commit", commit)));
    }
  }

  private Path journal(String rollout) {
    return new WorkingDirectory(folder).journal(rollout);
  }

  /** A private key that no output may hold. */
  void keepsSecret(Path file) {
    secretFiles.add(file);
  }

  Seen run(String... words) {
    return terminal.run(words);
  }

  /** Runs what must be refused: nothing is changed, no program text and no secret is shown. */
  Seen refused(String... words) {
    Map<String, String> before = content();
    Seen seen = run(words);
    assertThat(content()).as("nothing was changed or half written").isEqualTo(before);
    String all = seen.out() + seen.err();
    assertThat(all).doesNotContain("Exception", "\tat ", "java.", "PRIVATE KEY");
    secrets().forEach(secret -> assertThat(all).doesNotContain(secret));
    return seen;
  }

  /** Every file with its mode and its bytes. */
  private Map<String, String> content() {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.toList()) {
        String mode =
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        content.put(
            path.toString(),
            Files.isRegularFile(path)
                ? mode + HexFormat.of().formatHex(Files.readAllBytes(path))
                : mode);
      }
      return content;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> secrets() {
    List<String> secrets = new ArrayList<>();
    for (Path file : secretFiles) {
      try {
        Files.readAllLines(file).stream()
            .filter(line -> line.length() > 20 && !line.startsWith("#") && !line.startsWith("---"))
            .forEach(secrets::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return secrets;
  }
}
