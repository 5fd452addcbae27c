package dev.backstay.notify;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Decides which lines of a journal are worth a message. Used by one thread at a time. */
final class Messages {
  private static final int VERSION = 1;

  private final ToIntFunction<Result> exitStatus;
  private String rollout = "";
  private String playbook = "";

  Messages(ToIntFunction<Result> exitStatus) {
    this.exitStatus = exitStatus;
  }

  /**
   * @param end whether it is the last one of its rollout
   */
  record Topical(Topic topic, boolean end, Message message) {}

  Optional<Topical> of(JournalLine line) {
    return switch (line.body()) {
      case Event.Started started -> {
        rollout = started.rollout();
        playbook = started.playbook();
        List<String> all = started.waves().stream().flatMap(List::stream).toList();
        String text =
            "Rollout %s of playbook %s started: %s in %s."
                .formatted(
                    rollout,
                    playbook,
                    all.size() == 1 ? "1 gateway" : all.size() + " gateways",
                    started.waves().size() == 1 ? "1 wave" : started.waves().size() + " waves");
        yield told(line, Topic.STARTED, text, Optional.empty(), all);
      }
      case Event.WaveJudged judged ->
          told(
              line,
              judged.passed() ? Topic.WAVE_PASSED : Topic.WAVE_FAILED,
              "Rollout %s: wave %d %s."
                  .formatted(
                      rollout,
                      judged.wave(),
                      judged.passed() ? "passed" : "failed: " + judged.reason()),
              Optional.of(judged.wave()),
              List.of());
      case Event.GatewayEnded ended ->
          ended.ending().equals("unknown")
              ? told(
                  line,
                  Topic.NEEDS_PERSON,
                  "Rollout %s: nobody knows how %s stands (%s). Look at it; its lease reverts by itself."
                      .formatted(rollout, ended.gateway(), ended.reason()),
                  Optional.empty(),
                  List.of(ended.gateway()))
              : Optional.empty();
      case Event.Ended ended -> Optional.of(ended(line, ended));
      case Event.Held held ->
          told(
              line,
              Topic.WAITING,
              "Rollout %s is waiting: %s%s."
                  .formatted(
                      rollout,
                      held.what(),
                      held.until().map(until -> ", until " + until).orElse("")),
              Optional.empty(),
              List.of());
      case Event.WentBad(String gateway, String reason) ->
          told(
              line,
              Topic.WAVE_FAILED,
              "Rollout %s: %s became worse: %s.".formatted(rollout, gateway, reason),
              Optional.empty(),
              List.of(gateway));
      case Event.WentBack(String gateway, String why) ->
          told(
              line,
              Topic.WAVE_FAILED,
              "Rollout %s: the clients of %s went back by themselves: %s."
                  .formatted(rollout, gateway, why),
              Optional.empty(),
              List.of(gateway));
      case Event.WayBack(String gateway, boolean ready, String why) ->
          told(
              line,
              ready ? Topic.WAITING : Topic.NEEDS_PERSON,
              ready
                  ? "Rollout %s: the clients of %s could go back again.".formatted(rollout, gateway)
                  : "Rollout %s: the clients of %s have no way back now: %s."
                      .formatted(rollout, gateway, why),
              Optional.empty(),
              List.of(gateway));
      case Event.Resumed _,
          Event.Ordered _,
          Event.WaveStarted _,
          Event.StepBegan _,
          Event.StepEnded _,
          Event.Remembered _,
          Event.Probed _,
          Event.Judged _,
          Event.Tried _,
          Event.TakingBack _,
          Event.EvidenceKept _,
          Event.EvidenceNotKept _ ->
          Optional.empty();
    };
  }

  private Optional<Topical> told(
      JournalLine line, Topic topic, String text, Optional<Integer> wave, List<String> gateways) {
    return Optional.of(
        new Topical(
            topic,
            false,
            new Message(
                VERSION,
                rollout + "/" + line.seq(),
                topic.word(),
                rollout,
                playbook,
                text,
                line.time(),
                wave,
                gateways,
                Optional.empty(),
                Optional.empty())));
  }

  private Topical ended(JournalLine line, Event.Ended ended) {
    Topic topic =
        switch (ended.result()) {
          case DONE, UNCHANGED -> Topic.ENDED;
          case ROLLED_BACK, INCONCLUSIVE -> Topic.ROLLED_BACK;
          case PARTIAL -> Topic.NEEDS_PERSON;
        };
    return new Topical(
        topic,
        true,
        new Message(
            VERSION,
            rollout + "/" + line.seq(),
            topic.word(),
            rollout,
            playbook,
            "Rollout %s: %s. %s".formatted(rollout, ended.result().words(), ended.reason()),
            line.time(),
            Optional.empty(),
            List.of(),
            Optional.of(ended.result().words()),
            Optional.of(exitStatus.applyAsInt(ended.result()))));
  }
}
