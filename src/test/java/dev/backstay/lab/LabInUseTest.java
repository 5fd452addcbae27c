package dev.backstay.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.backstay.testing.LabExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A lab of full size, while it is up. */
@Tag("lab")
@ExtendWith(LabExtension.class)
class LabInUseTest {
  @Test
  void everyClientHasCompletedAHandshake(Lab lab) {
    LabStatus status = lab.status();

    assertThat(status.hosts())
        .extracting(LabStatus.Host::state)
        .containsOnly(LabStatus.State.ANSWERS);
    assertThat(status.clients()).isEqualTo(60);
    assertThat(status.handshaken()).isEqualTo(60);
  }

  @Test
  void halfOfTheClientsSendAndReceiveTraffic(Lab lab) {
    List<ClientTraffic> before = lab.traffic();
    assertThat(before).hasSize(30);
    Map<String, Long> receivedBefore =
        before.stream().collect(Collectors.toMap(ClientTraffic::client, ClientTraffic::received));

    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() ->
            assertThat(lab.traffic())
                .allSatisfy(now ->
                    assertThat(now.received())
                        .isGreaterThan(receivedBefore.getOrDefault(now.client(), 0L))));
  }

  @Test
  void aCommandRunsInsideInTheCurrentDirectory(Lab lab) throws Exception {
    assertThat(output(lab, "ip", "-o", "address")).contains("198.18.0.1/24");
    assertThat(output(lab, "pwd").strip()).isEqualTo(Path.of("").toAbsolutePath().toString());
  }

  @Test
  void theStatusOfACommandIsPassedOn(Lab lab) {
    assertThat(lab.exec(List.of("sh", "-c", "exit 7"))).isEqualTo(7);
    assertThat(lab.ssh("gw1", List.of("exit 9"))).isEqualTo(9);
  }

  @Test
  void aDestroyedCommandEndsInsideToo(Lab lab) throws Exception {
    String mark = "4242.4242";
    Process process = lab.command(List.of("sleep", mark)).start();
    Function<Lab, Long> sleepers =
        l ->
            ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().orElse("").endsWith("sleep " + mark))
                .count();
    await().until(() -> sleepers.apply(lab) > 0);

    process.destroy();

    await().until(() -> sleepers.apply(lab) == 0);
  }

  @Test
  void anUnknownHostIsRefusedWithTheNamesOfTheKnownOnes(Lab lab) {
    assertThatThrownBy(() -> lab.ssh("gw9", List.of()))
        .hasMessageContaining("gw1, gw2, gw3, clients");
  }

  @Test
  void whatLeadsToTheGatewaysIsWrittenAndTheKeyIsPrivate(Lab lab) throws IOException {
    Path directory = lab.directory().orElseThrow();

    assertThat(Files.readString(directory.resolve("inventory.yaml")))
        .startsWith("kind: Inventory\n")
        .contains("gw2: {host: 198.18.0.12, tags: [edge], site: lab}");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("id_ed25519"))))
        .isEqualTo("rw-------");
    assertThat(Files.readAllLines(directory.resolve("known_hosts"))).hasSize(4);
  }

  private static String output(Lab lab, String... command) throws Exception {
    Process process = lab.command(List.of(command)).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return text;
  }
}
