package dev.backstay.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.ChildJvm;
import dev.backstay.testing.Programs;
import dev.backstay.testing.Pty;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shell opens them for a Java of its own. */
final class DescriptorTest {
  @TempDir private Path folder;

  @Test
  void a_file_a_pipe_and_standard_input_are_read_to_their_end() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "one\ntwo\n");
    assertThat(read("7", "7< " + file)).isEqualTo("one\ntwo\n");
    assertThat(read("0", "< " + file)).isEqualTo("one\ntwo\n");
    assertThat(Programs.run("sh", "-c", "printf piped | " + java("5") + " 5<&0 </dev/null"))
        .isEqualTo("piped");
  }

  @Test
  void it_is_closed_once_it_was_read() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "once");
    assertThat(Programs.run("sh", "-c", java("7", "7") + " 7< " + file))
        .startsWith("once")
        .contains("file descriptor 7: nothing is open there\n");
  }

  @Test
  void what_is_not_open_is_told_with_a_way_to_open_it() {
    assertThat(read("7", ""))
        .isEqualTo(
            """
            file descriptor 7: nothing is open there
              hint: open a file or a pipe at this number for the command: backstay … 7< FILE
            """);
  }

  @Test
  void what_java_itself_has_open_is_not_taken_for_what_the_parent_meant() {
    for (String number : List.of("3", "4", "5", "6")) {
      assertThat(read(number, ""))
          .startsWith("file descriptor " + number + ": nothing is open there\n");
    }
  }

  @Test
  void the_end_of_a_pipe_that_is_written_to_is_refused_and_not_waited_for() {
    assertThat(Programs.run("sh", "-c", java("7") + " 7>&1"))
        .startsWith("file descriptor 7: it cannot be read from\n");
  }

  @Test
  void what_the_parent_could_open_is_read_by_whom_it_was_handed_to() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "handed over");
    // Mode 000 keeps even root out who has lost the capabilities to overrule it.
    String dropped =
        "drop=; [ $(id -u) != 0 ] || drop='setpriv --bounding-set=-dac_override,-dac_read_search'; ";
    assertThat(
            Programs.run(
                "sh",
                "-c",
                dropped + "exec 7< " + file + "; chmod 000 " + file + "; exec $drop " + java("7")))
        .isEqualTo("handed over");
  }

  @Test
  void more_than_is_wanted_is_refused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x".repeat(101));
    assertThat(read("7", "7< " + file)).startsWith("file descriptor 7: it holds more than 100");
  }

  @Test
  void a_terminal_is_refused_for_it_would_show_what_is_typed() {
    try (Pty terminal =
        Pty.start(folder, ChildJvm.command(Child.class, "0").toArray(new String[0]))) {
      assertThat(terminal.end()).contains("it is a terminal");
    }
  }

  private static String read(String number, String redirection) {
    return Programs.run("sh", "-c", java(number) + " " + redirection);
  }

  private static String java(String... numbers) {
    return ChildJvm.command(Child.class, numbers).stream()
        .map(word -> "'" + word + "'")
        .collect(Collectors.joining(" "));
  }

  /** Prints what it reads from each. */
  static final class Child {
    private Child() {}

    public static void main(String[] numbers) {
      for (String number : List.of(numbers)) {
        try {
          byte[] read = new Descriptor(Integer.parseInt(number)).readAll(100);
          System.out.print(new String(read, StandardCharsets.UTF_8));
        } catch (ProblemException refused) {
          refused.problems().forEach(problem -> System.out.println(problem.text()));
        }
      }
    }
  }
}
