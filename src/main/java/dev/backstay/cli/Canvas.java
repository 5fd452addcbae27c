package dev.backstay.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
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

  static boolean isOnTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  /**
   * The terminal of this process, asked for its size only: Ctrl-C stays what it is, and it needs no
   * closing.
   */
  static TableView.Screen screen() {
    try {
      Terminal terminal =
          TerminalBuilder.builder().system(true).nativeSignals(false).dumb(true).build();
      return terminal::getSize;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As much of it as the terminal is wide. */
  static String cut(AttributedStringBuilder line, Size size) {
    return line.columnSubSequence(0, size.getColumns() - 1).toAnsi();
  }
}
