package dev.backstay.cli;

import dev.backstay.rollout.Spectator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** How a running rollout is shown. Closing it leaves the last picture standing. */
interface View extends Spectator, AutoCloseable {
  /** Something for the person at this terminal, in one sentence or two. */
  void tell(String text);

  @Override
  void close();

  static View on(PrintWriter out, boolean json) {
    if (json) {
      return new JsonView(out);
    }
    return System.console() != null && System.console().isTerminal()
        ? table(out)
        : new PlainView(out);
  }

  private static View table(PrintWriter out) {
    try {
      // Asked for its size only: Ctrl-C stays what it is, and the terminal needs no closing.
      Terminal terminal =
          TerminalBuilder.builder().system(true).nativeSignals(false).dumb(true).build();
      return new TableView(out, terminal::getSize, System::nanoTime).ticking();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
