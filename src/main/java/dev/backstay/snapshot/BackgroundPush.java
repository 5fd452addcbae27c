package dev.backstay.snapshot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Pushes beside the work of a command, which never waits for it unless it wants to. Requests that
 * come while one is carried out become one more. Thread-safe; its thread does not keep the process
 * alive, and a push that ends with it has done nothing or all of its work.
 */
final class BackgroundPush {
  /** What talks with the remote, and notes by itself what goes wrong. */
  interface Work {
    void run() throws IOException;
  }

  private final Work work;
  private @Nullable Thread running;
  private boolean wanted;

  BackgroundPush(Work work) {
    this.work = work;
  }

  synchronized void request() {
    wanted = true;
    if (running == null) {
      running =
          Thread.ofPlatform()
              .group(new FarSides())
              .daemon()
              .name("push of the vault")
              .start(this::loop);
    }
  }

  /**
   * For a remote that is a folder here, JGit plays its side in a thread of its own. If the push is
   * cut short, that one fails as well, and it is the push that tells of it.
   */
  private static final class FarSides extends ThreadGroup {
    FarSides() {
      super("pushes of the vault");
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failed) {
      if (!(failed instanceof UncheckedIOException)) {
        super.uncaughtException(thread, failed);
      }
    }
  }

  private void loop() {
    while (next()) {
      try {
        work.run();
      } catch (IOException | RuntimeException noted) {
        // The next attempt is the next command's. Until then the pending file says why.
      }
    }
  }

  private synchronized boolean next() {
    boolean go = wanted;
    wanted = false;
    if (!go) {
      running = null;
      notifyAll();
    }
    return go;
  }

  /** Waits until nothing is under way. Returns whether that came in time. */
  synchronized boolean settle(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (running != null) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return running == null;
    }
  }
}
