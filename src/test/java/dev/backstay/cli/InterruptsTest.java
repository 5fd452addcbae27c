package dev.backstay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.FileOrders;
import dev.backstay.rollout.OrderWord;
import dev.backstay.testing.ChildJvm;
import dev.backstay.testing.Programs;
import dev.backstay.time.Time;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, pressed on a process of its own. That nothing new begins then is CourseTest's. */
@Timeout(120)
final class InterruptsTest {
  private static final Person ANNA = new Person("anna", "ops");

  @TempDir private Path folder;
  private Process controller;
  private BufferedReader out;

  /** Stands where a rollout runs, until a line comes; then it is over, and until another comes. */
  static final class Controller {
    private Controller() {}

    public static void main(String[] folder) throws IOException {
      PrintWriter out = new PrintWriter(System.out, true, UTF_8);
      FileOrders orders = new FileOrders(Path.of(folder[0]), Time.real());
      try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
          Interrupts during = Interrupts.stopping(orders, ANNA, out::println)) {
        out.println("rollout runs");
        out.println("heard " + in.readLine());
        during.close();
        out.println("rollout is over");
        out.println("heard " + in.readLine());
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    controller =
        new ProcessBuilder(ChildJvm.command(Controller.class, folder.toString()))
            .redirectErrorStream(true)
            .start();
    out = new BufferedReader(new InputStreamReader(controller.getInputStream(), UTF_8));
    assertThat(out.readLine()).isEqualTo("rollout runs");
  }

  @AfterEach
  void end() {
    controller.destroyForcibly();
  }

  private void pressCtrlC() {
    Programs.run("kill", "-INT", Long.toString(controller.pid()));
  }

  private void type(String line) throws IOException {
    controller.getOutputStream().write((line + "\n").getBytes(UTF_8));
    controller.getOutputStream().flush();
  }

  private Iterable<Event.Ordered> orders() {
    return new FileOrders(folder, Time.real()).fresh();
  }

  @Test
  void once_is_an_order_to_stop_and_the_controller_stays_to_finish_what_is_open() throws Exception {
    pressCtrlC();
    assertThat(out.readLine())
        .isEqualTo(
            "Stopping: open leases are finished, nothing new begins. Ctrl-C again leaves at once;"
                + " the gateways then revert by themselves.");
    assertThat(orders()).containsExactly(new Event.Ordered(OrderWord.STOP, "anna@ops", "Ctrl-C"));
    type("still here");
    assertThat(out.readLine()).isEqualTo("heard still here");
  }

  @Test
  void twice_leaves_at_once_and_says_so_to_the_shell() throws Exception {
    pressCtrlC();
    assertThat(out.readLine()).startsWith("Stopping:");
    pressCtrlC();
    assertThat(controller.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(controller.exitValue()).isEqualTo(130);
    assertThat(out.readLine()).as("nothing more is done").isNull();
    assertThat(orders()).hasSize(1);
  }

  @Test
  void after_the_rollout_it_ends_the_program_as_ever() throws Exception {
    type("done");
    assertThat(out.readLine()).isEqualTo("heard done");
    assertThat(out.readLine()).isEqualTo("rollout is over");
    pressCtrlC();
    assertThat(controller.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(controller.exitValue()).isEqualTo(130);
    assertThat(orders()).isEmpty();
  }
}
