package dev.backstay.cli;

import dev.backstay.rollout.Spectator;
import java.io.PrintWriter;

/** How a running rollout is shown. Closing it leaves the last picture standing. */
interface View extends Spectator, AutoCloseable {
  @Override
  void close();

  static View on(PrintWriter out, boolean json) {
    if (json) {
      return new JsonView(out);
    }
    return System.console() != null && System.console().isTerminal()
        ? new TableView(out)
        : new PlainView(out);
  }
}
