package dev.backstay.cli;

import java.io.PrintWriter;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.utils.AttributedStringBuilder;

/** Lines of a terminal that are drawn over again, each time in place of those before. */
final class Canvas {
  private static final String UP = "\u001b[%dA";
  private static final String CLEAR_LINE = "\r\u001b[2K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintWriter out;
  private int drawn;

  Canvas(PrintWriter out) {
    this.out = out;
  }

  boolean isEmpty() {
    return drawn == 0;
  }

  /**
   * @param lines none wider than the terminal: what is broken in two is not found again
   */
  void draw(List<String> lines) {
    if (drawn > 0) {
      out.print(UP.formatted(drawn));
    }
    lines.forEach(line -> out.println(CLEAR_LINE + line));
    out.print(CLEAR_BELOW);
    out.flush();
    drawn = lines.size();
  }

  /** As much of it as the terminal is wide. */
  static String cut(AttributedStringBuilder line, Size size) {
    return line.columnSubSequence(0, size.getColumns() - 1).toAnsi();
  }
}
