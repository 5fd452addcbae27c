package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.ssh.Command;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewayProgramsTest {
  private final Recorder shell = new Recorder();
  private final GatewayPrograms programs = new GatewayPrograms(shell);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void any_reason_reaches_the_gateway_and_none_the_command_line(long seed) {
    String reason = anyText(new Random(seed));
    programs.revert(7, "module-1.0.1-20261124-210158", reason);
    assertThat(shell.commands)
        .singleElement()
        .satisfies(command -> {
          assertThat(command.line())
              .isEqualTo(
                  "/var/lib/backstay/programs/deadman revert --epoch 7"
                      + " --rollout module-1.0.1-20261124-210158");
          assertThat(new String(command.input(), StandardCharsets.UTF_8)).isEqualTo(reason);
        });
  }

  @Test
  void all_programs_are_installed_in_one_call_and_run_from_there(@TempDir Path folder)
      throws Exception {
    programs.install();
    assertThat(shell.commands).hasSize(2);
    Command install = shell.commands.getFirst();
    String here = folder.resolve("programs").toString();
    Files.createDirectories(folder.resolve("programs"));
    Files.writeString(folder.resolve("programs/change"), "an older one");
    String line = install.line().replace("/var/lib/backstay/programs", here);
    Process process = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
    process.getOutputStream().write(install.input());
    process.getOutputStream().close();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEmpty();
    assertThat(process.waitFor()).isZero();
    for (String program : List.of("change", "deadman", "stage", "wgstate", "packages", "files")) {
      Path file = folder.resolve("programs").resolve(program);
      assertThat(file).hasSameBinaryContentAs(Path.of("src/main/sh", program)).isExecutable();
      assertThat(Files.getPosixFilePermissions(file)).hasSize(3);
    }
    assertThat(folder.resolve("programs.new")).doesNotExist();
  }

  private static String anyText(Random random) {
    String odd = "ab,;$(x)`'\"\\&|<>/%\t\n #*?~ äß→";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append(odd.charAt(random.nextInt(odd.length())));
    }
    return text.toString();
  }

  /** Answers every command with success. */
  private static final class Recorder implements Shell {
    private final List<Command> commands = new ArrayList<>();

    @Override
    public String gateway() {
      return "gw1";
    }

    @Override
    public Outcome run(Command command) {
      commands.add(command);
      return new Outcome.Exited(0, "", "", false);
    }

    @Override
    public Outcome run(Command command, OutputStream output) {
      return run(command);
    }

    @Override
    public Stream stream(Command command, Consumer<String> line) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Conversation converse(Command command) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
