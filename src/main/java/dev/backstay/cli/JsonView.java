package dev.backstay.cli;

import dev.backstay.health.Tally;
import dev.backstay.rollout.JournalLine;
import java.io.PrintWriter;
import java.time.Duration;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** The journal, line by line, for machines. */
final class JsonView implements View {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final PrintWriter out;

  JsonView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void written(JournalLine line) {
    out.println(JSON.writeValueAsString(line));
    out.flush();
  }

  /** Nothing but the journal: an order that was given is a line of it. */
  @Override
  public void tell(String text) {}

  @Override
  public void watched(String gateway, Tally tally, Duration leaseLeft) {}

  @Override
  public void close() {
    out.flush();
  }
}
