package dev.backstay.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.backstay.problem.ProblemException;
import dev.backstay.testing.LabExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small labs, brought up and ended in every way there is. */
@Tag("lab")
class LabLifeTest {
  @TempDir private Path folder;
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void beOutside() {
    assumeFalse(Lab.isInside(), "a lab is not brought up inside another");
  }

  @AfterEach
  void tidy() {
    if (!Lab.isInside()) {
      lab().down();
    }
  }

  @Test
  void downLeavesNothing() {
    Outside before = Outside.look(run());
    Lab lab = lab();
    lab.up(options(), said::add);
    assertThat(said).anySatisfy(line -> assertThat(line).contains("2 of 2 clients"));
    assertThat(lab.status().running()).isTrue();

    lab.down();

    assertThat(Outside.look(run())).isEqualTo(before);
    assertThat(folder).isEmptyDirectory();
    assertThat(files().images()).doesNotExist();
    assertThat(files().lock()).doesNotExist();
    assertThat(lab.status()).isEqualTo(LabStatus.DOWN);
    lab.down();
  }

  @Test
  void whileItRunsItIsNotSeenOutsideAndASecondOneIsRefused() {
    Outside before = Outside.look(run());
    lab().up(options(), said::add);

    Outside during = Outside.look(run());
    assertThat(during.links()).isEqualTo(before.links());
    assertThat(during.namespaces()).isEqualTo(before.namespaces());
    assertThat(during.mounts()).isEqualTo(before.mounts());
    assertThatThrownBy(() -> lab().up(options(), said::add))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("a lab is up already");
  }

  @Test
  void aKilledHolderLeavesNothingAndTheNextLabComesUp() {
    Outside before = Outside.look(run());
    lab().up(options(), said::add);
    holder().first().orElseThrow().destroyForcibly();

    await().atMost(Duration.ofSeconds(20)).until(() -> Outside.look(run()).equals(before));
    assertThat(lab().status().running()).isFalse();
    assertThatThrownBy(() -> lab().command(List.of("true"))).hasMessageContaining("no lab is up");

    lab().up(options(), said::add);
    assertThat(lab().status().handshaken()).isEqualTo(2);
  }

  @Test
  void aKilledSupervisorLeavesNothing() {
    Outside before = Outside.look(run());
    lab().up(options(), said::add);

    holder().supervisor().destroyForcibly();

    await().atMost(Duration.ofSeconds(20)).until(() -> Outside.look(run()).equals(before));
  }

  @Test
  void aHostThatIsNotReadyInTimeIsNamedWithItsConsoleAndNothingStays() {
    Outside before = Outside.look(run());
    Lab lab = lab();

    assertThatThrownBy(() -> lab.up(options().within(Duration.ofMillis(1)), said::add))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("gw1: it was not ready")
        .hasMessageContaining("its console ends with");

    assertThat(Outside.look(run())).isEqualTo(before);
    assertThat(Files.exists(run())).isFalse();
  }

  private Path run() {
    return folder.resolve("run");
  }

  private LabFiles files() {
    return LabFiles.ofThisProcess().at(run());
  }

  private Lab lab() {
    return Lab.at(run());
  }

  private Holder holder() {
    return Run.load(files().state()).flatMap(Holder::find).orElseThrow();
  }

  private LabOptions options() {
    return LabOptions.of(LabExtension.kernel(lab()))
        .withSize(1, 2)
        .in(folder.resolve("access"))
        .within(Duration.ofMinutes(10));
  }
}
