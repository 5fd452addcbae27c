package dev.backstay.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.lab.Lab;
import dev.backstay.testing.LabExtension;
import dev.backstay.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real gateway encrypts its own snapshots, so that the controller never sees a key. */
@Tag("lab")
@ExtendWith(LabExtension.class)
final class SealedOnGatewayTest {
  private final Path folder;
  private final CommandInLab command;

  SealedOnGatewayTest(Lab lab, @TempDir Path folder) throws Exception {
    this.folder = folder;
    this.command = new CommandInLab(lab, folder);
  }

  @Test
  void a_gateway_that_has_age_seals_what_only_an_identity_opens() throws Exception {
    String inventory = sealingInventory();
    try {
      CommandInLab.Ended without = command.run("snapshot", "create", "gw2", "-i", inventory);
      assertThat(without.status()).isEqualTo(1);
      assertThat(without.output()).contains("age is missing here");

      giveAge();
      CommandInLab.Ended saved = command.run("snapshot", "create", "gw2", "-i", inventory);
      assertThat(saved.status()).as(saved.output()).isZero();
      assertThat(saved.output()).containsPattern("saved [0-9a-f]{10}, \\d+ files decrypted");
      assertThat(clearFile()).isEqualTo(command.on("gw2", "cat /etc/wireguard/wg0.conf"));
      assertThat(command.run("snapshot", "create", "gw2", "-i", inventory).output())
          .contains("unchanged since");
    } finally {
      command.on("gw2", "rm -f /usr/local/bin/age");
      // The folder is the lab's, which is to find it as it made it.
      Files.delete(Path.of(inventory));
    }
  }

  private String sealingInventory() throws Exception {
    Path usual = Path.of(command.inventory());
    Path sealing = usual.resolveSibling("inventory-sealing.yaml");
    String text = Files.readString(usual).replace("gw2: {host", "gw2: {encrypt: on-gateway, host");
    assertThat(text).contains("encrypt: on-gateway");
    return Files.writeString(sealing, text).toString();
  }

  /** The one of this machine, which is a Debian as well. */
  private void giveAge() throws Exception {
    Process copy =
        command.startOn("gw2", "cat >/usr/local/bin/age && chmod 755 /usr/local/bin/age");
    try (var program = copy.getOutputStream()) {
      Files.copy(Path.of("/usr/bin/age"), program);
    }
    assertThat(CommandInLab.end(copy).status()).isZero();
  }

  private String clearFile() {
    return Programs.run(
            "sh",
            "-c",
            "git -C \"$1/snapshots\" show main:gateways/gw2/files/etc/wireguard/wg0.conf.age"
                + " | age -d -i \"$1/.backstay/vault-identity\"",
            "sh",
            folder.toString())
        .strip();
  }
}
