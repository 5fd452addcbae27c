package dev.backstay.cli;

import dev.backstay.rollout.Spectator;
import java.io.PrintWriter;

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
    return Canvas.isOnTerminal()
        ? new TableView(out, Canvas.screen(), System::nanoTime).ticking()
        : new PlainView(out);
  }
}
