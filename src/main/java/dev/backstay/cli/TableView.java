package dev.backstay.cli;

import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.GatewayState;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.RolloutState;
import dev.backstay.rollout.Sentences;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jline.terminal.Size;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * A row per gateway, drawn again in place: state, clients back of clients expected, lease left.
 * Shows nothing that is not in the journal or was not just seen. A fleet that is higher than the
 * screen shows the gateways that are at work and counts the others.
 */
final class TableView implements View {
  private static final int BAR = 20;

  /** Heading, count of the others, and the line of the cursor. */
  private static final int NO_ROWS = 3;

  private final PrintWriter out;
  private final Canvas canvas;
  private final Screen screen;
  private final LongSupplier nanos;
  private final Map<String, Tally> clients = new HashMap<>();
  private final Map<String, Long> stepBegan = new HashMap<>();
  private RolloutState state = RolloutState.fold(List.of());
  private Optional<String> told = Optional.empty();
  private boolean closed;

  private final Map<String, Lease> leases = new HashMap<>();

  /** What was left of a lease, and when that was so. */
  private record Lease(Duration left, long at) {}

  /** Asked before each drawing, since people change the size of their terminals. */
  interface Screen {
    Size size();
  }

  /**
   * @param nanos a clock such as {@link System#nanoTime}
   */
  TableView(PrintWriter out, Screen screen, LongSupplier nanos) {
    this.out = out;
    this.canvas = new Canvas(out);
    this.screen = screen;
    this.nanos = nanos;
  }

  /** Draws every second as well, so that the seconds of a step and of a lease go on. */
  TableView ticking() {
    Thread.ofVirtual()
        .name("table")
        .start(() -> {
          try {
            while (tick()) {
              Thread.sleep(1000);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    return this;
  }

  private synchronized boolean tick() {
    if (!closed && !canvas.isEmpty()) {
      draw();
    }
    return !closed;
  }

  /** Stays below the gateways: what is printed beside the table is drawn over. */
  @Override
  public synchronized void tell(String text) {
    told = Optional.of(text);
    draw();
  }

  @Override
  public synchronized void written(JournalLine line) {
    state.accept(line);
    switch (line.body()) {
      case Event.StepBegan began -> stepBegan.put(began.gateway(), nanos.getAsLong());
      case Event.StepEnded(var gateway, var step, var result, var detail, var facts) ->
          Optional.ofNullable(facts.get("leaseLeft"))
              .ifPresent(left -> lease(gateway, Duration.ofSeconds(Long.parseLong(left))));
      case Event.Started _,
          Event.Resumed _,
          Event.Ordered _,
          Event.Held _,
          Event.WaveStarted _,
          Event.Remembered _,
          Event.Probed _,
          Event.Judged _,
          Event.Tried _,
          Event.WaveJudged _,
          Event.WentBad _,
          Event.WayBack _,
          Event.WentBack _,
          Event.TakingBack _,
          Event.EvidenceKept _,
          Event.EvidenceNotKept _,
          Event.GatewayEnded _,
          Event.Ended _ -> {}
    }
    draw();
  }

  @Override
  public synchronized void watched(String gateway, Tally tally, Duration leaseLeft) {
    clients.put(gateway, tally);
    lease(gateway, leaseLeft);
    draw();
  }

  private void lease(String gateway, Duration left) {
    leases.put(gateway, new Lease(left, nanos.getAsLong()));
  }

  private void draw() {
    Size size = screen.size();
    List<String> below = new ArrayList<>();
    state.held().flatMap(Sentences::of).ifPresent(below::add);
    told.filter(text -> state.end().isEmpty()).ifPresent(below::add);
    List<String> lines = new ArrayList<>();
    lines.add(heading(size.getColumns()));
    List<Entry<String, GatewayState>> shown =
        state.gateways().entrySet().stream()
            .sorted(Comparator.comparingInt(entry -> order(entry.getValue())))
            .limit(Math.max(1, size.getRows() - NO_ROWS - below.size()))
            .sorted(Comparator.comparingInt(entry -> entry.getValue().wave()))
            .toList();
    shown.forEach(entry -> lines.add(row(entry.getKey(), entry.getValue(), size.getColumns())));
    if (shown.size() < state.gateways().size()) {
      lines.add(others(shown));
    }
    below.forEach(text -> lines.add(Canvas.cut(new AttributedStringBuilder().append(text), size)));
    canvas.draw(lines);
  }

  private static String heading(int width) {
    return new AttributedStringBuilder()
        .styled(
            AttributedStyle.DEFAULT.faint(),
            "%-10s %4s  %-17s %-30s %-7s".formatted("gateway", "wave", "state", "clients", "lease"))
        .columnSubSequence(0, width - 1)
        .toAnsi();
  }

  /** What is at work first, then what went wrong, then what waits, then what is done. */
  private static int order(GatewayState gateway) {
    if (gateway.end().isPresent()) {
      return gateway.end().get().ending().equals("confirmed") ? 3 : 1;
    }
    return gateway.step().isEmpty() ? 2 : 0;
  }

  private String others(List<Entry<String, GatewayState>> shown) {
    Map<String, Long> counts =
        state.gateways().entrySet().stream()
            .filter(entry -> !shown.contains(entry))
            .collect(
                Collectors.groupingBy(
                    entry -> word(entry.getValue()), TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " " + count.getKey())
        .collect(Collectors.joining(", ", "and ", ""));
  }

  private String word(GatewayState gateway) {
    String otherwise = state.end().isPresent() ? "untouched" : "waiting";
    return gateway
        .end()
        .map(Event.GatewayEnded::ending)
        .orElse(gateway.step().isEmpty() ? otherwise : gateway.step());
  }

  private String row(String name, GatewayState gateway, int width) {
    AttributedStringBuilder row = new AttributedStringBuilder();
    row.append("%-10s %4d  ".formatted(name, gateway.wave()));
    row.styled(
        style(gateway),
        "%-17s ".formatted(word(gateway) + (gateway.stepping() ? " " + stepSeconds(name) : "")));
    Tally tally = clients.get(name);
    if (tally == null) {
      row.append(" ".repeat(31));
    } else {
      bar(row, tally);
    }
    row.append("%-7s ".formatted(leaseLeft(name, gateway)));
    row.append(detail(gateway));
    return row.columnSubSequence(0, width - 1).toAnsi();
  }

  private String stepSeconds(String name) {
    long seconds =
        (nanos.getAsLong() - stepBegan.getOrDefault(name, nanos.getAsLong())) / 1_000_000_000;
    return seconds < 1 ? "" : seconds + " s";
  }

  private static String detail(GatewayState gateway) {
    return gateway
        .end()
        .map(Event.GatewayEnded::reason)
        .orElse(gateway.detail())
        .replace('\n', ' ');
  }

  private String leaseLeft(String name, GatewayState gateway) {
    Lease lease = leases.get(name);
    if (lease == null || gateway.end().isPresent()) {
      return "";
    }
    Duration left = lease.left().minusNanos(nanos.getAsLong() - lease.at());
    return left.isPositive() ? left.toSeconds() + " s" : "";
  }

  /** Back, failed, and not yet known, each in its own mark, so that it reads without colours. */
  private static void bar(AttributedStringBuilder row, Tally tally) {
    int eligible = Math.max(1, tally.eligible());
    int back = tally.count(PeerState.BACK);
    int lost =
        tally.count(PeerState.FAILED)
            + tally.count(PeerState.STALLED)
            + tally.count(PeerState.SILENT);
    int backMarks = BAR * back / eligible;
    int lostMarks = Math.min(BAR - backMarks, (BAR * lost + eligible - 1) / eligible);
    row.styled(AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN), "█".repeat(backMarks));
    row.styled(AttributedStyle.DEFAULT.foreground(AttributedStyle.RED), "×".repeat(lostMarks));
    row.append("·".repeat(BAR - backMarks - lostMarks));
    row.append(" %-9s ".formatted(back + "/" + tally.eligible()));
  }

  private AttributedStyle style(GatewayState gateway) {
    return switch (word(gateway)) {
      case "confirmed" -> AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
      case "reverted", "revert" -> AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW);
      case "unknown" -> AttributedStyle.DEFAULT.foreground(AttributedStyle.RED).bold();
      default -> gateway.stepping() ? AttributedStyle.DEFAULT.bold() : AttributedStyle.DEFAULT;
    };
  }

  @Override
  public synchronized void close() {
    closed = true;
    out.flush();
  }
}
