package dev.backstay.cli;

import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.RolloutState;
import dev.backstay.rollout.RolloutState.GatewayState;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * A row per gateway, drawn again in place: state, clients back of clients expected, lease left.
 * Shows nothing that is not in the journal or was not just seen.
 */
final class TableView implements View {
  private static final int BAR = 20;
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR = "\r\u001b[2K";

  private final PrintWriter out;
  private final int width;
  private final Map<String, Seen> seen = new HashMap<>();
  private RolloutState state = RolloutState.fold(List.of());
  private int drawn;

  private record Seen(Tally tally, Duration leaseLeft) {}

  TableView(PrintWriter out) {
    this.out = out;
    this.width = terminalWidth();
  }

  private static int terminalWidth() {
    String columns = System.getenv().getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{2,4}") ? Math.max(60, Integer.parseInt(columns)) : 100;
  }

  @Override
  public synchronized void written(JournalLine line) {
    state = state.after(line.body());
    draw();
  }

  @Override
  public synchronized void watched(String gateway, Tally tally, Duration leaseLeft) {
    seen.put(gateway, new Seen(tally, leaseLeft));
    draw();
  }

  private void draw() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-10s %-4s %-11s %-33s %s".formatted("gateway", "wave", "state", "clients back", "lease"));
    state.gateways().forEach((name, gateway) -> lines.add(row(name, gateway)));
    if (drawn > 0) {
      out.print(UP.formatted(drawn));
    }
    lines.forEach(line -> out.println(CLEAR + line));
    out.flush();
    drawn = lines.size();
  }

  private String row(String name, GatewayState gateway) {
    String word =
        gateway
            .end()
            .map(end -> end.ending())
            .orElse(gateway.step().isEmpty() ? "waiting" : gateway.step());
    AttributedStringBuilder row = new AttributedStringBuilder();
    row.append("%-10s %-4d ".formatted(name, gateway.wave()));
    row.styled(style(word, gateway), "%-11s ".formatted(word));
    Seen last = seen.get(name);
    row.append("%-33s ".formatted(last == null ? "" : bar(last.tally())));
    row.append("%-6s ".formatted(last == null ? "" : lease(gateway, last.leaseLeft())));
    String detail = gateway.detail().replace('\n', ' ');
    row.append(detail);
    return row.columnSubSequence(0, width - 1).toAnsi();
  }

  private static String lease(GatewayState gateway, Duration left) {
    return gateway.end().isEmpty() && left.isPositive() ? left.toSeconds() + " s" : "";
  }

  private static String bar(Tally tally) {
    int back = tally.count(PeerState.BACK);
    int filled = tally.eligible() == 0 ? 0 : BAR * back / tally.eligible();
    String marks = "█".repeat(filled) + "░".repeat(BAR - filled);
    return "%s %d of %d".formatted(marks, back, tally.eligible());
  }

  private static AttributedStyle style(String word, GatewayState gateway) {
    return switch (word) {
      case "confirmed" -> AttributedStyle.DEFAULT.foreground(AttributedStyle.GREEN);
      case "reverted", "revert" -> AttributedStyle.DEFAULT.foreground(AttributedStyle.YELLOW);
      case "unknown" -> AttributedStyle.DEFAULT.foreground(AttributedStyle.RED).bold();
      default -> gateway.stepping() ? AttributedStyle.DEFAULT.bold() : AttributedStyle.DEFAULT;
    };
  }

  @Override
  public synchronized void close() {
    out.flush();
  }
}
