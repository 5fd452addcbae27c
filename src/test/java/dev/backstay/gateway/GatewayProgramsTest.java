package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.ssh.Command;
import dev.backstay.ssh.Outcome;
import dev.backstay.ssh.Shell;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
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
