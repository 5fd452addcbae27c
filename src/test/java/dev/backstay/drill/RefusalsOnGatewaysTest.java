package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.lab.Lab;
import dev.backstay.testing.LabExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a real gateway can have in the way: said before anything is changed. */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class RefusalsOnGatewaysTest {
  private static final String GATES = "{stalled: 0}";

  private final CommandInLab command;

  RefusalsOnGatewaysTest(Lab lab, @TempDir Path folder) throws Exception {
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void a_full_disk_is_refused() throws Exception {
    command.on(
        "gw1",
        "head -c $(($(df --output=avail -B1 /var/lib | tail -n 1) - 1048576)) /dev/zero >/var/lib/filler");
    try {
      refused(
          "1.0.1",
          "MiB are free under /var/lib, and the way back needs at least 32 MiB",
          "make room");
    } finally {
      command.on("gw1", "rm /var/lib/filler");
    }
  }

  @Test
  void a_version_that_nobody_has_is_refused_with_those_there_are() throws Exception {
    refused(
        "9.9.9",
        "gw1: package backstay-lab-wireguard has no version 9.9.9 here",
        "known versions: 1.0.0, 1.0.1, 1.1.0, 1.1.1, 1.1.2, 1.1.3");
  }

  @Test
  void a_gateway_without_wg_is_refused_with_the_package_to_install() throws Exception {
    command.on("gw1", "mv /usr/bin/wg /usr/bin/wg.away");
    try {
      refused("1.0.1", "gw1: the program wg is missing", "apt-get install wireguard-tools");
    } finally {
      command.on("gw1", "mv /usr/bin/wg.away /usr/bin/wg");
    }
  }

  private void refused(String version, String sentence, String remedy) throws Exception {
    Path playbook = command.playbook("gw1", version, GATES);
    String before = command.installed("gw1");
    CommandInLab.Ended ended =
        command.run("apply", "--yes", "-i", command.inventory(), playbook.toString());
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.output()).contains(sentence).contains("hint: ").contains(remedy);
    assertThat(command.journals()).isEmpty();
    assertThat(command.installed("gw1")).isEqualTo(before);
  }
}
