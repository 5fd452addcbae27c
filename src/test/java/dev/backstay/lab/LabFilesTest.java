package dev.backstay.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabFilesTest {
  @TempDir private Path folder;

  @Test
  void theRunDirectoryIsInTheRuntimeDirectoryOfTheUser() {
    LabFiles files = LabFiles.of(Map.of("XDG_RUNTIME_DIR", folder.toString()), folder, 1234);

    assertThat(files.run()).isEqualTo(folder.resolve("backstay-lab-1234"));
  }

  @Test
  void withoutARuntimeDirectoryItIsInTmp() {
    LabFiles files = LabFiles.of(Map.of("XDG_RUNTIME_DIR", "/nonexistent"), folder, 987654);

    assertThat(files.run()).isEqualTo(Path.of("/tmp/backstay-lab-987654"));
  }

  @Test
  void imagesAreInTheCacheAndTwoLabsHaveTheirOwn() {
    LabFiles files = LabFiles.of(Map.of("XDG_CACHE_HOME", folder.toString()), folder, 1);

    assertThat(files.images()).startsWithRaw(folder.resolve("backstay/lab/run"));
    assertThat(files.at(folder.resolve("a/run")).images())
        .isNotEqualTo(files.at(folder.resolve("b/run")).images());
  }

  @Test
  void whatWasBuiltLastIsUsedAndWhatIsHalfThereIsNot() throws Exception {
    LabFiles files = LabFiles.of(Map.of("XDG_CACHE_HOME", folder.toString()), folder, 1);
    assertThat(files.artifacts(Kernel.DEBIAN)).isEmpty();
    Path old = built("debian-aaa", 1000);
    Path latest = built("debian-bbb", 2000);
    built("trimmed-ccc", 3000);
    Files.createDirectory(old.resolveSibling("debian-ddd"));

    assertThat(files.artifacts(Kernel.DEBIAN)).contains(new Artifacts(latest));
    new Artifacts(old).choose();
    assertThat(files.artifacts(Kernel.DEBIAN)).contains(new Artifacts(old));
  }

  private Path built(String name, long seconds) throws Exception {
    Path directory = Files.createDirectories(folder.resolve("backstay/lab").resolve(name));
    Path linux = Files.createFile(directory.resolve("linux"));
    assertThat(linux.toFile().setExecutable(true)).isTrue();
    Files.createFile(directory.resolve("rootfs.ext4"));
    Files.createFile(directory.resolve("boot.ext4"));
    Files.setLastModifiedTime(directory, FileTime.fromMillis(seconds * 1000));
    return directory;
  }
}
