package dev.backstay.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LastLinesTest {
  private final LastLines lines = new LastLines();

  private String text(int most) {
    return new String(lines.text(most), StandardCharsets.UTF_8);
  }

  @Test
  void the_last_minutes_come_back_word_by_word_and_what_is_older_is_forgotten() {
    for (int i = 0; i < 1000; i++) {
      lines.add("{\"second\":" + i + "}");
    }
    assertThat(text(1_000_000).lines())
        .hasSizeBetween(LastLines.LINES - 20, LastLines.LINES)
        .endsWith("{\"second\":998}", "{\"second\":999}");
  }

  @Test
  void of_too_much_the_newest_lines_are_kept_whole() {
    for (int i = 0; i < 50; i++) {
      lines.add("line " + i);
    }
    assertThat(text(20)).isEqualTo("line 48\nline 49\n");
    assertThat(text(3)).isEmpty();
  }

  @Test
  void lines_that_nothing_can_compress_are_kept_as_they_are_and_few_of_them() {
    Random random = new Random(7);
    String last = "";
    for (int i = 0; i < 40; i++) {
      StringBuilder line = new StringBuilder();
      random.ints(30_000, ' ', 0x2000).forEach(line::appendCodePoint);
      last = line.toString();
      lines.add(last);
    }
    assertThat(text(Integer.MAX_VALUE)).endsWith(last + "\n").hasSizeLessThan(25 * 30_001);
  }

  @Test
  void nothing_seen_is_nothing() {
    assertThat(lines.text(100)).isEmpty();
  }
}
