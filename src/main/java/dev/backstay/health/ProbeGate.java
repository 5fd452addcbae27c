package dev.backstay.health;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges a change by probes of our own: clients that ask every second, so that nobody has to wait
 * for theirs. Pure.
 *
 * <ul>
 *   <li>Three in a row in vain, and none that got through since the interfaces are there again:
 *       fails ({@code wireguard.md} §7). At one a second that is within five seconds.
 *   <li>Once one got through, a lossy way has to be told from a dead gateway: fails when all are in
 *       vain for as long as a client takes to give up on three initiations, or when most of all
 *       are.
 *   <li>Passes only while the newest get through, and never without one that did. What could not be
 *       sent is no evidence; a gateway that answers with cookies alone is alive, and no more.
 * </ul>
 *
 * @param settle seconds after the interfaces are there again in which nothing counts as in vain: a
 *     kernel that has just been booted drops handshakes until it has random numbers
 */
public record ProbeGate(double settle) {
  public static final String NAME = "probe";

  /** As many as it takes to call a client failed. */
  public static final int IN_VAIN = 3;

  /** After a success; with every fifth packet lost so many in a row are one case in a million. */
  private static final int IN_VAIN_AFTER_SUCCESS = 5;

  private static final double SECONDS_AFTER_SUCCESS = 11;

  private static final int NEWEST = 3;
  private static final int NEWEST_THROUGH = 2;

  /** What came of a probe. */
  public enum Result {
    /** Everything that was asked was answered. */
    THROUGH,
    /** Cookies, and no answer: it is under load. */
    LOADED,
    /** The gateway did not let it through. */
    IN_VAIN,
    /** This machine could not ask. */
    UNSENT
  }

  /**
   * One probe.
   *
   * @param begin seconds after the gateway's interfaces were there again; negative for before
   * @param end the same
   * @param says what is wrong, in words; empty for nothing
   */
  public record Try(double begin, double end, Result result, String says) {}

  /** The probes of one interface. */
  public record Series(String network, List<Try> tries) {
    public Series {
      tries = tries.stream().sorted(Comparator.comparingDouble(Try::begin)).toList();
    }

    /** Those that say something of the gateway as it is now. */
    private List<Try> decided(double settle) {
      return tries.stream()
          .filter(one -> one.begin() >= 0)
          .filter(one -> one.begin() >= settle || one.result() == Result.THROUGH)
          .filter(one -> one.result() != Result.UNSENT)
          .toList();
    }

    private List<Try> after() {
      return tries.stream().filter(one -> one.begin() >= 0).toList();
    }
  }

  /** A failure that is certain already. */
  public Optional<Finding> early(List<Series> all) {
    List<Dead> dead = all.stream().flatMap(one -> dead(one).stream()).toList();
    Optional<Double> certain = dead.stream().map(Dead::certain).min(Double::compare);
    return certain.map(moment ->
        finding(all, Says.FAIL, dead.stream().map(Dead::sentence).collect(Collectors.joining("; ")))
            .with("certain", seconds(moment)));
  }

  /** What they say at the end of the window. */
  public Finding end(List<Series> all) {
    Optional<Finding> failed = early(all);
    if (failed.isPresent()) {
      return failed.get();
    }
    List<String> mostly = all.stream().flatMap(one -> mostlyInVain(one).stream()).toList();
    if (!mostly.isEmpty()) {
      return finding(all, Says.FAIL, String.join("; ", mostly));
    }
    List<String> doubts = all.stream().flatMap(one -> doubt(one).stream()).toList();
    if (!doubts.isEmpty() || all.isEmpty()) {
      return finding(
          all,
          Says.INCONCLUSIVE,
          all.isEmpty() ? "there was nothing to probe" : String.join("; ", doubts));
    }
    return finding(
        all, Says.PASS, String.join("; ", all.stream().map(one -> through(one)).toList()));
  }

  /** The same verdict, made with what the probes say as well. */
  public static Verdict join(Verdict clients, Finding probe) {
    Evidence evidence = plus(clients.evidence(), probe);
    return switch (clients) {
      case Verdict.Fail fail ->
          probe.says() == Says.FAIL
              ? new Verdict.Fail(both(fail.reasons(), probe), evidence)
              : new Verdict.Fail(fail.reasons(), evidence);
      case Verdict.Inconclusive doubt ->
          switch (probe.says()) {
            case FAIL -> new Verdict.Fail(List.of(probe.sentence()), evidence);
            case INCONCLUSIVE -> new Verdict.Inconclusive(both(doubt.reasons(), probe), evidence);
            case PASS -> new Verdict.Inconclusive(doubt.reasons(), evidence);
          };
      case Verdict.Pass pass ->
          switch (probe.says()) {
            case FAIL -> new Verdict.Fail(List.of(probe.sentence()), evidence);
            case INCONCLUSIVE -> new Verdict.Inconclusive(List.of(probe.sentence()), evidence);
            case PASS -> new Verdict.Pass(both(pass.reasons(), probe), evidence);
          };
    };
  }

  /** Of a failure that ends the window. */
  public static Verdict.Fail failed(Finding probe, Tally tally) {
    return new Verdict.Fail(
        List.of(probe.sentence()), new Evidence(List.of(probe), tally.matured(), tally.missing()));
  }

  /**
   * An interface that no probe gets through any more.
   *
   * @param certain seconds after which that was so
   */
  private record Dead(String sentence, double certain) {}

  private Optional<Dead> dead(Series series) {
    List<Try> decided = series.decided(settle);
    List<Try> run = newestInVain(decided);
    boolean answered = run.size() < decided.size();
    return run.stream()
        .filter(one -> isEnough(run.subList(0, run.indexOf(one) + 1), answered))
        .findFirst()
        .map(one -> new Dead(sentence(series, run, answered), one.end()));
  }

  private static boolean isEnough(List<Try> inVain, boolean answered) {
    double lasted = inVain.getLast().end() - inVain.getFirst().begin();
    return answered
        ? inVain.size() >= IN_VAIN_AFTER_SUCCESS && lasted >= SECONDS_AFTER_SUCCESS
        : inVain.size() >= IN_VAIN;
  }

  private static String sentence(Series series, List<Try> run, boolean answered) {
    Try last = run.getLast();
    return answered
        ? "the newest %d probes of %s did not get through, for %s: %s"
            .formatted(
                run.size(),
                series.network(),
                seconds(last.end() - run.getFirst().begin()),
                last.says())
        : "%d of %d probes of %s did not get through, %s after the change: %s"
            .formatted(run.size(), run.size(), series.network(), seconds(last.end()), last.says());
  }

  private static List<Try> newestInVain(List<Try> decided) {
    List<Try> run = new ArrayList<>();
    for (Try one : decided.reversed()) {
      if (one.result() != Result.IN_VAIN) {
        break;
      }
      run.addFirst(one);
    }
    return run;
  }

  private Optional<String> mostlyInVain(Series series) {
    List<Try> decided = series.decided(settle);
    long vain = count(decided, Result.IN_VAIN);
    return decided.size() >= IN_VAIN && vain * 2 > decided.size()
        ? Optional.of(sentence(series, decided))
        : Optional.empty();
  }

  private String sentence(Series series, List<Try> decided) {
    String last =
        decided.stream()
            .filter(one -> one.result() == Result.IN_VAIN)
            .reduce((_, newer) -> newer)
            .map(one -> ": " + one.says())
            .orElse("");
    return "%d of %d probes of %s did not get through%s"
        .formatted(count(decided, Result.IN_VAIN), decided.size(), series.network(), last);
  }

  private Optional<String> doubt(Series series) {
    List<Try> decided = series.decided(settle);
    List<Try> after = series.after();
    long through = count(decided, Result.THROUGH);
    if (through == 0) {
      return Optional.of(nobodyThrough(series, decided, after));
    }
    List<Try> newest =
        after.stream().filter(one -> one.result() != Result.LOADED).toList().reversed().stream()
            .limit(NEWEST)
            .toList();
    if (count(newest, Result.THROUGH) < Math.min(NEWEST_THROUGH, newest.size())) {
      return Optional.of(
          "only %d of the newest %d probes of %s got through: %s"
              .formatted(
                  count(newest, Result.THROUGH),
                  newest.size(),
                  series.network(),
                  newest.stream()
                      .map(Try::says)
                      .filter(Predicate.not(String::isEmpty))
                      .findFirst()
                      .orElse("")));
    }
    long vain = count(decided, Result.IN_VAIN);
    return vain >= IN_VAIN && vain * 4 > decided.size()
        ? Optional.of(sentence(series, decided))
        : Optional.empty();
  }

  private static String nobodyThrough(Series series, List<Try> decided, List<Try> after) {
    Optional<Try> unsent =
        after.stream().filter(one -> one.result() == Result.UNSENT).reduce((_, newer) -> newer);
    if (count(decided, Result.LOADED) > 0) {
      return "%s is under load: cookies, and no answer, to %d probes"
          .formatted(series.network(), count(decided, Result.LOADED));
    }
    if (decided.isEmpty() && unsent.isPresent()) {
      return "no probe of %s could be sent: %s".formatted(series.network(), unsent.get().says());
    }
    return decided.isEmpty()
        ? "no probe of %s was made after the change".formatted(series.network())
        : "none of %d probes of %s got through: %s"
            .formatted(decided.size(), series.network(), decided.getLast().says());
  }

  private String through(Series series) {
    List<Try> decided = series.decided(settle);
    return "%d of %d probes of %s got through"
        .formatted(count(decided, Result.THROUGH), decided.size(), series.network());
  }

  private static long count(List<Try> tries, Result result) {
    return tries.stream().filter(one -> one.result() == result).count();
  }

  private Finding finding(List<Series> all, Says says, String sentence) {
    List<Try> decided = all.stream().flatMap(one -> one.decided(settle).stream()).toList();
    return Finding.fact(
        NAME,
        says,
        new Sample(decided.size(), (int) count(decided, Result.IN_VAIN)),
        Map.of(
            "in-vain",
            "%d, or all for %s after a success".formatted(IN_VAIN, seconds(SECONDS_AFTER_SUCCESS)),
            "newest",
            "%d of %d".formatted(NEWEST_THROUGH, NEWEST),
            "first",
            moment(decided.stream().map(Try::begin).min(Double::compare)),
            "last",
            moment(decided.stream().map(Try::end).max(Double::compare))),
        sentence);
  }

  /** After the interfaces were there again, by the gateway's own uptime. */
  private static String moment(Optional<Double> seconds) {
    return seconds.map(ProbeGate::seconds).orElse("never");
  }

  private static String seconds(double length) {
    return String.format(Locale.ROOT, "%.1f s", length);
  }

  private static List<String> both(List<String> reasons, Finding probe) {
    return Stream.concat(reasons.stream(), Stream.of(probe.sentence())).toList();
  }

  private static Evidence plus(Evidence evidence, Finding probe) {
    return new Evidence(
        Stream.concat(evidence.findings().stream(), Stream.of(probe)).toList(),
        evidence.matured(),
        evidence.missing());
  }
}
