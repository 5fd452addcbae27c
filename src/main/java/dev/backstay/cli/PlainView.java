package dev.backstay.cli;

import dev.backstay.health.PeerState;
import dev.backstay.health.Tally;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Sentences;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** One line an event, for logs and pipes. */
final class PlainView implements View {
  private final PrintWriter out;
  private final Map<String, String> counts = new HashMap<>();

  PlainView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public synchronized void tell(String text) {
    say(text);
  }

  @Override
  public synchronized void written(JournalLine line) {
    switch (line.body()) {
      case Event.StepEnded ended -> {
        String mark = ended.result().equals("done") ? "" : ended.result() + ": ";
        say("%s  %-9s  %s%s".formatted(ended.gateway(), ended.step(), mark, ended.detail()));
      }
      case Event.GatewayEnded ended -> say(ended.gateway() + "  is " + ended.ending());
      case Event.WaveStarted wave ->
          say("wave " + wave.wave() + ": " + String.join(", ", wave.gateways()));
      case Event.WaveJudged wave ->
          say(
              "wave %d %s"
                  .formatted(wave.wave(), wave.passed() ? "passed" : "failed: " + wave.reason()));
      case Event.Started started -> say("rollout " + started.rollout());
      case Event.EvidenceNotKept lost ->
          say("%s  evidence   not kept: %s".formatted(lost.gateway(), lost.why()));
      case Event.Resumed _,
          Event.Ordered _,
          Event.Held _,
          Event.Probed _,
          Event.WentBad _,
          Event.WayBack _,
          Event.WentBack _,
          Event.TakingBack _ ->
          Sentences.of(line.body()).ifPresent(this::say);
      case Event.EvidenceKept _,
          Event.Remembered _,
          Event.Judged _,
          Event.Tried _,
          Event.StepBegan _,
          Event.Ended _ -> {}
    }
  }

  /** Says only what has changed since it last said something. */
  @Override
  public synchronized void watched(String gateway, Tally tally, Duration leaseLeft) {
    String now =
        "%d of %d clients back, %d failed, %d stalled"
            .formatted(
                tally.count(PeerState.BACK),
                tally.eligible(),
                tally.count(PeerState.FAILED),
                tally.count(PeerState.STALLED));
    if (!now.equals(counts.put(gateway, now))) {
      say("%s  clients    %s".formatted(gateway, now));
    }
  }

  private void say(String text) {
    out.println(text);
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
