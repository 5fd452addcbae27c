package dev.backstay.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpLockTest {
  @TempDir private Path folder;

  @Test
  void whileOneHasItAnotherIsToldToWaitAndItsFileStays() {
    Path file = folder.resolve("lock");
    try (UpLock lock = UpLock.take(file)) {
      assertThat(lock.channel().isOpen()).isTrue();
      assertThatThrownBy(() -> UpLock.take(file)).hasMessageContaining("is bringing the lab up");
      UpLock.remove(file);
      assertThat(file).exists();
    }
  }

  @Test
  void whenNobodyHasItItsFileCanGoAndItCanBeTakenAgain() {
    Path file = folder.resolve("lock");
    UpLock.take(file).close();

    UpLock.remove(file);

    assertThat(file).doesNotExist();
    UpLock.take(file).close();
  }
}
