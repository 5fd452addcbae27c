package dev.backstay.report;

import dev.backstay.report.Story.Closing;
import dev.backstay.report.Story.Evidence;
import dev.backstay.report.Story.Judgement;
import dev.backstay.report.Story.Lane;
import dev.backstay.report.Story.Moment;
import dev.backstay.report.Story.Order;
import dev.backstay.report.Story.Stretch;
import dev.backstay.report.Story.Tone;
import dev.backstay.report.Story.Wave;
import dev.backstay.rollout.Event;
import dev.backstay.rollout.JournalLine;
import dev.backstay.rollout.Result;
import dev.backstay.rollout.Sentences;
import dev.backstay.transaction.Resumption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Folds the lines of a journal into a {@link Story}. Used by one thread, once. */
final class Telling {
  private String id = "";
  private String playbook = "";
  private String plan = "";
  private final Map<Integer, Wave> waves = new LinkedHashMap<>();
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final List<Order> orders = new ArrayList<>();
  private final List<Moment> moments = new ArrayList<>();
  private Optional<Event.Ended> end = Optional.empty();

  /** A lane that is still being told. */
  private static final class Part {
    private final int wave;
    private final List<Stretch> steps = new ArrayList<>();
    private final List<Judgement> judgements = new ArrayList<>();
    private final List<Closing> endings = new ArrayList<>();
    private final List<Evidence> evidence = new ArrayList<>();

    Part(int wave) {
      this.wave = wave;
    }

    /** The step that this ends is the last one of its name that has not ended. */
    void ended(Instant at, Event.StepEnded body) {
      for (int i = steps.size() - 1; i >= 0; i--) {
        Stretch open = steps.get(i);
        if (open.step().equals(body.step()) && open.ended().isEmpty()) {
          steps.set(i, ended(open.began(), at, body));
          return;
        }
      }
      steps.add(ended(at, at, body));
    }

    private static Stretch ended(Instant began, Instant at, Event.StepEnded body) {
      return new Stretch(
          body.step(), began, Optional.of(at), body.result(), body.detail(), body.facts());
    }
  }

  void take(JournalLine line) {
    Instant at = line.time();
    switch (line.body()) {
      case Event.Started started -> started(started);
      case Event.WaveStarted wave -> {
        Wave known = wave(wave.wave());
        waves.put(
            wave.wave(),
            new Wave(
                wave.wave(),
                wave.gateways(),
                Optional.of(at),
                known.judged(),
                known.passed(),
                known.reason()));
        moment(at, "", "wave " + wave.wave(), String.join(", ", wave.gateways()), Tone.HEADING);
      }
      case Event.StepBegan began ->
          part(began.gateway())
              .steps
              .add(new Stretch(began.step(), at, Optional.empty(), "", "", Map.of()));
      case Event.StepEnded ended -> {
        part(ended.gateway()).ended(at, ended);
        boolean done = ended.result().equals("done");
        String mark = done ? "" : ended.result().toUpperCase(Locale.ROOT) + ": ";
        moment(at, ended.gateway(), ended.step(), mark + ended.detail(), tone(!done));
      }
      case Event.Judged judged -> {
        Judgement judgement = new Judgement(at, judged);
        part(judged.gateway()).judgements.add(judgement);
        moments.add(
            new Moment(
                at,
                judged.gateway(),
                "verdict",
                "%s: %s".formatted(judged.verdict(), judgement.counts()),
                tone(!judged.verdict().equals("pass")),
                judged.missing()));
      }
      case Event.WaveJudged judged -> {
        Wave known = wave(judged.wave());
        waves.put(
            judged.wave(),
            new Wave(
                judged.wave(),
                known.gateways(),
                known.began(),
                Optional.of(at),
                Optional.of(judged.passed()),
                judged.reason()));
        String text = judged.passed() ? "passed" : "failed: " + judged.reason();
        moment(at, "", "wave " + judged.wave(), text, tone(!judged.passed()));
      }
      case Event.GatewayEnded ended -> {
        part(ended.gateway()).endings.add(new Closing(at, ended.ending(), ended.reason()));
        Tone tone = tone(ended.ending().equals("unknown"));
        moment(at, ended.gateway(), "", "is " + ended.ending(), tone);
      }
      case Event.Ordered _ -> {
        String text = Sentences.of(line.body()).orElse("");
        orders.add(new Order(at, text));
        moment(at, "", "order", text, Tone.PLAIN);
      }
      case Event.Resumed _, Event.Held _ ->
          moment(at, "", "", Sentences.of(line.body()).orElse(""), Tone.PLAIN);
      case Event.Probed(String gateway, String says, Resumption decision) ->
          moment(at, gateway, "probe", says + ": " + decision.words(), Tone.PLAIN);
      case Event.WentBad(String gateway, String reason) ->
          moment(at, gateway, "worse", reason, Tone.BAD);
      case Event.WentBack(String gateway, String why) ->
          moment(at, gateway, "worse", "its clients went back by themselves: " + why, Tone.BAD);
      case Event.WayBack(String gateway, boolean ready, String why) ->
          moment(
              at,
              gateway,
              "way back",
              ready ? "its clients could go back again" : "none for its clients now: " + why,
              tone(!ready));
      case Event.TakingBack back ->
          moment(at, "", "rollback", Sentences.of(back).orElse(""), Tone.BAD);
      case Event.Remembered _, Event.Tried _ -> {}
      case Event.EvidenceKept kept ->
          evidence(
              at,
              kept.gateway(),
              kept.take(),
              Optional.of(kept.commit()),
              "%d KiB in the vault, commit %s%s"
                  .formatted(
                      Math.ceilDiv(kept.bytes(), 1024L),
                      kept.commit().substring(0, Math.min(10, kept.commit().length())),
                      kept.cut().isEmpty() ? "" : "; cut: " + String.join(", ", kept.cut())));
      case Event.EvidenceNotKept lost ->
          evidence(at, lost.gateway(), lost.take(), Optional.empty(), "not kept: " + lost.why());
      case Event.Ended ended -> end = Optional.of(ended);
    }
  }

  private void started(Event.Started started) {
    id = started.rollout();
    playbook = started.playbook();
    plan = started.plan();
    for (int i = 0; i < started.waves().size(); i++) {
      int number = i + 1;
      List<String> names = started.waves().get(i);
      waves.put(
          number,
          new Wave(number, names, Optional.empty(), Optional.empty(), Optional.empty(), ""));
      names.forEach(name -> parts.put(name, new Part(number)));
    }
  }

  /** A journal that was written by another version may name what its first line did not. */
  private Wave wave(int number) {
    return waves.getOrDefault(
        number,
        new Wave(number, List.of(), Optional.empty(), Optional.empty(), Optional.empty(), ""));
  }

  private Part part(String gateway) {
    return parts.computeIfAbsent(gateway, name -> new Part(0));
  }

  private void evidence(
      Instant at, String gateway, String take, Optional<String> commit, String note) {
    part(gateway).evidence.add(new Evidence(at, take, commit, note));
    moment(at, gateway, "evidence", take + ": " + note, Tone.PLAIN);
  }

  private static Tone tone(boolean bad) {
    return bad ? Tone.BAD : Tone.PLAIN;
  }

  private void moment(Instant at, String gateway, String subject, String text, Tone tone) {
    moments.add(new Moment(at, gateway, subject, text, tone, List.of()));
  }

  Story story(Instant began, Instant last, ToIntFunction<Result> exitStatus) {
    List<Lane> lanes = new ArrayList<>();
    parts.forEach((name, part) ->
        lanes.add(
            new Lane(
                name,
                part.wave,
                List.copyOf(part.steps),
                List.copyOf(part.judgements),
                List.copyOf(part.endings),
                List.copyOf(part.evidence))));
    return new Story(
        id,
        playbook,
        plan,
        began,
        last,
        List.copyOf(waves.values()),
        List.copyOf(lanes),
        List.copyOf(orders),
        List.copyOf(moments),
        end,
        end.map(e -> exitStatus.applyAsInt(e.result())));
  }
}
