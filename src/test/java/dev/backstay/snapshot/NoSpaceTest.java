package dev.backstay.snapshot;

import static dev.backstay.snapshot.Controller.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system of two megabytes, for who may mount one. */
final class NoSpaceTest {
  private static final int MORE_THAN_FITS = 3 * 1024 * 1024;

  @TempDir private Path folder;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2m", "none", folder.toString())
            .redirectErrorStream(true)
            .start();
    mount.getInputStream().readAllBytes();
    mounted = mount.waitFor() == 0;
    assumeTrue(mounted, "only root may mount");
  }

  @AfterEach
  void unmount() {
    if (mounted) {
      Controller.run("umount", folder.toString());
    }
  }

  @Test
  void pitfall_37_a_full_disk_refuses_the_snapshot_and_leaves_the_last_one_whole()
      throws IOException {
    Controller one = Controller.made(folder.resolve("one"));
    String last = one.save("gw1", "small");
    char[] noise = new char[MORE_THAN_FITS];
    Random random = new Random(1);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (char) ('!' + random.nextInt(90));
    }
    one.later(Duration.ofHours(1));
    refused(() -> one.save("gw1", new String(noise))).containsExactly("vault-unreadable");

    assertThat(one.tip()).isEqualTo(last);
    assertThat(one.open().verifyChain().tip()).isEqualTo(last);
    assertThat(one.vault().verify(last, "gw1", one.identity()))
        .isInstanceOf(ReadBack.Decrypted.class);
    one.git("fsck", "--strict");
    assertThat(one.place().repository().resolve("refs/heads/main.lock")).doesNotExist();
    try (var files = Files.walk(one.place().repository().resolve("objects"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
    }
    assertThat(one.save("gw1", "small again")).isNotEqualTo(last);
  }
}
