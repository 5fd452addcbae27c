package dev.backstay.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a push beside the work leaves behind, and what it shows. */
final class BackgroundPushTest {
  @Test
  void the_far_side_of_a_push_that_was_cut_short_writes_nothing_on_the_terminal() {
    assertThat(written(new UncheckedIOException(new IOException("truncated")))).isEmpty();
  }

  @Test
  void any_other_end_of_a_thread_is_shown() {
    assertThat(written(new IllegalStateException("a mistake of ours")))
        .contains("a mistake of ours");
  }

  /** What stands on standard error when a thread that a push has started ends with this. */
  private static String written(RuntimeException failure) {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream own = System.err;
    System.setErr(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      BackgroundPush push =
          new BackgroundPush(() -> {
            Thread farSide =
                new Thread(() -> {
                  throw failure;
                });
            farSide.start();
            try {
              farSide.join();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      push.request();
      assertThat(push.settle(Duration.ofSeconds(30))).isTrue();
    } finally {
      System.setErr(own);
    }
    return shown.toString(StandardCharsets.UTF_8);
  }
}
