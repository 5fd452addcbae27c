package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process leaves on the disk whose umask forbids nothing. */
final class OwnersOnlyTest {
  @TempDir private Path place;

  /** In a process of its own: the umask of this one cannot be set. */
  @BeforeEach
  void leave() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask 0; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Leaves.class.getName(),
                place.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  /** A journal, an order and a plan. */
  static final class Leaves {
    private Leaves() {}

    public static void main(String[] place) throws IOException {
      Path of = Path.of(place[0]);
      Journal.create(of.resolve("rollouts/r-1/journal.jsonl"), Clock.systemUTC(), line -> {})
          .close();
      new FileOrders(of.resolve("orders"), Time.real())
          .give(new Event.Ordered(OrderWord.PAUSE, "anna", ""));
      PlanFile.write(of.resolve("plan.json"), PlanFixture.two());
      Files.createFile(of.resolve("any"));
    }
  }

  private String permissions(String file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(place.resolve(file)));
  }

  @Test
  void a_journal_and_its_folder_are_for_their_owner_alone() throws IOException {
    assertThat(permissions("any")).as("the umask forbids nothing").isEqualTo("rw-rw-rw-");
    assertThat(permissions("rollouts/r-1/journal.jsonl")).isEqualTo("rw-------");
    assertThat(permissions("rollouts/r-1")).isEqualTo("rwx------");
  }

  @Test
  void nobody_else_gives_orders_or_reads_them() throws IOException {
    assertThat(permissions("orders")).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(place.resolve("orders"))) {
      assertThat(permissions("orders/" + files.findFirst().orElseThrow().getFileName()))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void a_plan_is_read_by_those_who_approve_it_and_written_by_its_owner_alone() throws IOException {
    assertThat(permissions("plan.json")).isEqualTo("rw-r--r--");
  }
}
