package dev.backstay.cli;

import dev.backstay.health.Cause;
import dev.backstay.health.Picture;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jline.terminal.Size;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** On a terminal: drawn again in place, with the last minute as a line of bars. */
final class PictureTable implements PictureView {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int HISTORY = 60;
  private static final int BAR = 40;
  private static final int STRANGERS = 5;

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);

  private final String gateway;
  private final Canvas canvas;
  private final TableView.Screen screen;
  private final Deque<Picture> last = new ArrayDeque<>();
  private Optional<String> told = Optional.empty();

  PictureTable(String gateway, PrintWriter out, TableView.Screen screen) {
    this.gateway = gateway;
    this.canvas = new Canvas(out);
    this.screen = screen;
  }

  @Override
  public void show(Picture picture) {
    told = Optional.empty();
    last.addLast(picture);
    if (last.size() > HISTORY) {
      last.removeFirst();
    }
    draw();
  }

  @Override
  public void tell(String sentence) {
    told = Optional.of(sentence);
    draw();
  }

  private void draw() {
    Size size = screen.size();
    List<AttributedStringBuilder> lines = new ArrayList<>();
    if (!last.isEmpty()) {
      summary(last.getLast(), lines);
      failures(last.getLast(), size, lines);
    }
    told.ifPresent(sentence -> lines.add(new AttributedStringBuilder().styled(BAD, sentence)));
    canvas.draw(lines.stream().map(line -> Canvas.cut(line, size)).toList());
  }

  /** The count of those that are not shown, a sentence, and the line of the cursor. */
  private static final int BELOW = 3;

  /** Of all lines, and what is never written into the last column. */
  private static final int INDENT = 4;

  private void summary(Picture now, List<AttributedStringBuilder> lines) {
    lines.add(
        text("%s  %s  ".formatted(gateway, Instant.ofEpochSecond((long) now.clock())))
            .styled(BAD, now.away().isEmpty() ? "" : "away: " + String.join(", ", now.away())));
    AttributedStringBuilder peers = text("  %d peers  ".formatted(now.peers()));
    int all = Math.max(1, now.peers());
    int good = BAR * now.connected() / all;
    int bad = Math.min(BAR - good, (BAR * now.failing().size() + all - 1) / all);
    peers.styled(GOOD, "█".repeat(good)).styled(BAD, "×".repeat(bad));
    peers.append("·".repeat(BAR - good - bad));
    lines.add(peers);
    lines.add(
        text(
            "  %d connected, %d trying, %s, %d idle"
                .formatted(
                    now.connected(), now.trying().size(), PictureView.failing(now), now.idle())));
    lines.add(bars("initiations", last.stream().mapToLong(Picture::initiations).toArray()));
    lines.add(bars("handshakes", last.stream().mapToLong(Picture::confirmed).toArray()));
    if (now.unknown() > 0) {
      lines.add(
          text(
              "  %d sources ask that are no peer's: scanners, or clients with another key%s"
                  .formatted(now.unknown(), PictureView.strangers(now))));
      PictureView.lostClients(now)
          .limit(STRANGERS)
          .forEach(words -> lines.add(text("  ").styled(BAD, words)));
    }
    now.lacks().forEach(words -> lines.add(text("  " + words)));
    if (!now.counted() && now.lacks().isEmpty()) {
      lines.add(
          text(
              "  datagrams cannot be counted here (is nft installed?): nobody knows why one fails"));
    }
  }

  private static AttributedStringBuilder bars(String name, long[] counts) {
    long most = Math.max(1, Arrays.stream(counts).max().orElse(1));
    StringBuilder bars = new StringBuilder();
    for (long count : counts) {
      int height = (int) ((count * (BARS.length() - 1) + most - 1) / most);
      bars.append(BARS.charAt(height));
    }
    return text(
        "  %-11s %s  at most %d a second"
            .formatted(name, bars, Arrays.stream(counts).max().orElse(0)));
  }

  /** Whom there is room for, how many more there are, and what to do about each class. */
  private static void failures(Picture now, Size size, List<AttributedStringBuilder> lines) {
    List<String> advice =
        Arrays.stream(Cause.values())
            .filter(why -> now.failing(why) > 0)
            .flatMap(why -> wrapped(why.word() + ": " + why.advice(), size.getColumns() - INDENT))
            .toList();
    int room = size.getRows() - lines.size() - advice.size() - BELOW;
    int shown = Math.min(now.failing().size(), Math.max(1, room));
    now.failing().stream()
        .limit(shown)
        .forEach(one -> lines.add(text("  ").styled(BAD, PictureView.failure(one))));
    if (shown < now.failing().size()) {
      lines.add(text("  and %d more".formatted(now.failing().size() - shown)));
    }
    advice.forEach(words -> lines.add(text("  ").styled(PLAIN.faint(), words)));
  }

  /** Half of an advice may be the wrong one, so none is cut. */
  private static Stream<String> wrapped(String words, int width) {
    Stream.Builder<String> lines = Stream.builder();
    StringBuilder line = new StringBuilder();
    for (String word : words.split(" ")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line = new StringBuilder(" ");
      }
      line.append(line.length() > 0 ? " " : "").append(word);
    }
    return lines.add(line.toString()).build();
  }

  private static AttributedStringBuilder text(String words) {
    return new AttributedStringBuilder().append(words);
  }
}
