package dev.backstay.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every playbook of the repository is read, so that none of them rots. */
final class ShippedPlaybooksTest {
  @Test
  void every_playbook_of_the_repository_can_be_read() throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(Path.of("playbooks"))) {
      files = tree.filter(file -> file.toString().endsWith(".yaml")).toList();
    }
    assertThat(files).hasSizeGreaterThanOrEqualTo(7);
    assertThat(files)
        .allSatisfy(file ->
            assertThat(PlaybookReader.read(file).change())
                .isNotEqualTo(new Change(Map.of(), Activation.NONE)));
  }
}
