package dev.backstay.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  @TempDir private Path folder;

  @Test
  void onlyTheOwnerReadsThem() throws Exception {
    PrivateFiles.directory(folder.resolve("a"));
    PrivateFiles.write(folder.resolve("a/key"), "text");

    assertThat(permissions(folder.resolve("a"))).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("a/key"))).isEqualTo("rw-------");
  }

  @Test
  void aTreeThatSeveralRemoveAtOnceIsGone() throws Exception {
    Path tree = folder.resolve("tree");
    for (int i = 0; i < 300; i++) {
      Path directory = Files.createDirectories(tree.resolve("d" + i % 7));
      Files.writeString(directory.resolve("f" + i), "text");
    }

    List<Future<?>> removals = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        removals.add(threads.submit(() -> PrivateFiles.remove(tree)));
      }
    }

    assertThat(removals).allSatisfy(one -> assertThat(one.state()).isEqualTo(Future.State.SUCCESS));
    assertThat(tree).doesNotExist();
  }

  @Test
  void aLinkIsRemovedAndWhatItPointsToStays() throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), "text");
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("link"), kept);

    PrivateFiles.remove(tree);

    assertThat(tree).doesNotExist();
    assertThat(kept).exists();
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
