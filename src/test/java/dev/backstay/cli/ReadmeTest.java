package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.backstay.inventory.InventoryReader;
import dev.backstay.playbook.PlaybookReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the documents and the messages tell people to type is understood. */
class ReadmeTest {
  /** An indented block of Markdown; a comment stands apart by three spaces. */
  private static final Pattern SHOWN =
      Pattern.compile("(?m)^ {4}(?:\\$ )?(?:\\./)?backstay (\\S.*?)(?: {3}.*)?$");

  private static final Pattern INLINE = Pattern.compile("`(?:\\./)?backstay ([^`]+)`");
  private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)`");
  private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

  /** What a document leaves out where it shows only some keys of a playbook. */
  private static final String REST_OF_A_PLAYBOOK =
      """
      kind: Playbook
      name: shown
      select: all
      change: {packages: {wireguard-dkms: 1.0.1}, activate: reload-module}
      """;

  /** A command within a sentence of the program, such as a hint. */
  private static final Pattern MENTIONED =
      Pattern.compile("[\"`' (]backstay (?<command>[a-z-]+)(?: (?<next>[a-z-]+))?");

  /** What the vault calls its own things; nobody types it. */
  private static final Pattern NAMES = Pattern.compile("backstay (digest key|namespaces)");

  private static Map<String, String> documents() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    List<Path> files = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CONTRIBUTING.md")));
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).forEach(files::add);
    }
    for (Path file : files) {
      texts.put(file.toString(), Files.readString(file));
    }
    return texts;
  }

  private static CommandLine commandLine() {
    return Main.commandLine(WorkingDirectory.here());
  }

  @TestFactory
  Stream<DynamicTest> every_command_in_a_document_is_understood() throws IOException {
    List<String> commands = new ArrayList<>();
    for (String text : documents().values()) {
      for (Pattern pattern : List.of(SHOWN, INLINE)) {
        pattern.matcher(text).results().forEach(found -> commands.add(found.group(1)));
      }
    }
    assertThat(commands).contains("demo", "init", "apply PLAN", "lab ssh gw1");
    return commands.stream()
        .distinct()
        .map(command -> DynamicTest.dynamicTest(command, () -> understood(command)));
  }

  @TestFactory
  Stream<DynamicTest> every_example_in_a_help_text_is_understood() {
    List<String> examples = new ArrayList<>();
    for (CommandLine command : all(commandLine())) {
      for (String line : command.getCommandSpec().usageMessage().footer()) {
        if (line.startsWith("  backstay ")) {
          examples.add(line.strip().replaceFirst("^backstay ", "").replaceFirst(" {3}.*", ""));
        }
      }
    }
    assertThat(examples).contains("facts tag:edge", "report");
    return examples.stream()
        .map(example -> DynamicTest.dynamicTest(example, () -> understood(example)));
  }

  /** A word in brackets may be left out; whether it is there makes no difference here. */
  private static void understood(String command) {
    String[] words = command.replace("[", "").replace("]", "").strip().split(" +");
    assertThatCode(() -> commandLine().parseArgs(words))
        .as("backstay %s", command)
        .doesNotThrowAnyException();
  }

  private static List<CommandLine> all(CommandLine command) {
    List<CommandLine> commands = new ArrayList<>(List.of(command));
    command.getSubcommands().values().forEach(inner -> commands.addAll(all(inner)));
    return commands;
  }

  @Test
  void every_option_that_a_document_names_is_one_of_some_command() throws IOException {
    List<String> options =
        all(commandLine()).stream()
            .flatMap(command -> command.getCommandSpec().optionsMap().keySet().stream())
            .toList();
    for (String text : documents().values()) {
      assertThat(OPTION.matcher(text).results().map(found -> found.group(1))).isSubsetOf(options);
    }
  }

  @Test
  void every_command_that_a_message_of_the_program_names_exists() throws IOException {
    List<String> unknown = new ArrayList<>();
    int mentioned = 0;
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path file : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
        for (String line : Files.readAllLines(file)) {
          if (line.strip().startsWith("*") || NAMES.matcher(line).find()) {
            continue;
          }
          for (MatchResult found : MENTIONED.matcher(line).results().toList()) {
            mentioned++;
            if (!exists(found)) {
              unknown.add(file + ": " + found.group());
            }
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(mentioned).isGreaterThan(15);
  }

  private static boolean exists(MatchResult found) {
    CommandLine command = commandLine().getSubcommands().get(found.group("command"));
    if (command == null) {
      return false;
    }
    String next = found.group("next");
    // Some have subcommands, and take names or options of their own as well.
    boolean itself = !command.getCommandSpec().positionalParameters().isEmpty();
    return command.getSubcommands().isEmpty()
        || next == null
        || itself
        || command.getSubcommands().containsKey(next);
  }

  @TestFactory
  Stream<DynamicTest> every_file_that_a_document_shows_is_accepted(@TempDir Path folder)
      throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, String> document : documents().entrySet()) {
      YAML.matcher(document.getValue())
          .results()
          .map(found -> found.group(1))
          .forEach(text ->
              tests.add(
                  DynamicTest.dynamicTest(
                      document.getKey() + ", " + text.lines().findFirst().orElse(""),
                      () -> accepted(Files.writeString(folder.resolve("shown.yaml"), text)))));
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(2);
    return tests.stream();
  }

  private static void accepted(Path file) throws IOException {
    String text = Files.readString(file);
    if (text.startsWith("kind: Inventory\n")) {
      assertThat(new InventoryReader(Path.of("/home/me")).read(file).gateways()).isNotEmpty();
      return;
    }
    if (!text.startsWith("kind: ")) {
      Files.writeString(file, REST_OF_A_PLAYBOOK + text);
    }
    assertThat(PlaybookReader.read(file).change().packageNames()).isNotEmpty();
  }
}
