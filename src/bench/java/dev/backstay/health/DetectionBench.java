package dev.backstay.health;

import dev.backstay.health.DetectionTrial.Outcomes;
import dev.backstay.health.DetectionTrial.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How often and how soon a bad change is seen, and how often a good one is stopped, by fleet size,
 * loss and churn: Backstay's gates beside the rules that others use. Prints a table, draws a
 * picture, and judges nothing.
 */
final class DetectionBench {
  private static final long SEED = 20_261_130;
  private static final List<Integer> SIZES = List.of(20, 50, 200, 1000);
  private static final List<Double> LOSSES = List.of(0.0, 0.05, 0.2, 1.0);
  private static final List<Double> CHURNS = List.of(0.005, 0.05);

  /**
   * @param trial what was tried
   * @param outcomes of each rule
   */
  record Row(DetectionTrial trial, Map<Rule, Outcomes> outcomes) {
    Outcomes of(Rule rule) {
      return outcomes.getOrDefault(rule, new Outcomes(List.of()));
    }

    String fleet() {
      return "%d clients, %s%s"
          .formatted(
              trial.size(),
              trial.called() ? "called" : "left alone",
              trial.control() ? ", beside a control" : "");
    }
  }

  private DetectionBench() {}

  /**
   * @param arguments runs of each row; file of the picture
   */
  public static void main(String[] arguments) throws IOException {
    int runs = Integer.parseInt(arguments[0]);
    System.out.printf(
        Locale.ROOT,
        "%d runs a row, seed %d. All sessions are lost at 0 s; 60 of 100 clients send data, 30 only keep"
            + " alive, 10 are idle.%n"
            + "Loss: broken by the change. Churn: failing for reasons of their own. F: fail, I: inconclusive"
            + " (taken back as well), P: pass, %%.%n"
            + "Seconds are those to a fail: median and 90th percentile. Where the loss is 0%%, F is a false"
            + " stop.%n%n",
        runs,
        SEED);
    heading();
    List<Row> rows = new ArrayList<>();
    for (DetectionTrial trial : trials()) {
      Row row = new Row(trial, trial.run(runs, SEED));
      rows.add(row);
      print(row);
    }
    Path picture = Path.of(arguments[1]);
    Files.writeString(picture, DetectionPicture.of(rows, runs));
    System.out.printf("%nThe same as a picture: %s%n", picture);
  }

  private static List<DetectionTrial> trials() {
    List<DetectionTrial> trials = new ArrayList<>();
    for (double churn : CHURNS) {
      for (double loss : LOSSES) {
        for (boolean called : new boolean[] {true, false}) {
          SIZES.forEach(size -> trials.add(new DetectionTrial(size, loss, churn, called, false)));
        }
      }
    }
    for (double loss : List.of(0.0, 0.05, 0.2)) {
      for (int size : List.of(50, 200, 1000)) {
        trials.add(new DetectionTrial(size, loss, 0.05, true, true));
      }
    }
    return trials;
  }

  private static void heading() {
    StringBuilder line = new StringBuilder("%-5s %-6s %-36s".formatted("loss", "churn", "fleet"));
    for (Rule rule : Rule.values()) {
      line.append(" | %-27s".formatted(rule.title()));
    }
    System.out.println(line);
    line = new StringBuilder(" ".repeat(49));
    for (Rule _ : Rule.values()) {
      line.append(" |   F   I   P  median    p90");
    }
    System.out.println(line);
  }

  private static void print(Row row) {
    StringBuilder line =
        new StringBuilder(
            "%-5s %-6s %-36s"
                .formatted(percent(row.trial().loss()), percent(row.trial().churn()), row.fleet()));
    for (Rule rule : Rule.values()) {
      Outcomes outcomes = row.of(rule);
      line.append(
          " | %3s %3s %3s %7s %6s"
              .formatted(
                  number(outcomes.share(Says.FAIL)),
                  number(outcomes.share(Says.INCONCLUSIVE)),
                  number(outcomes.share(Says.PASS)),
                  seconds(outcomes.secondsToFail(0.5)),
                  seconds(outcomes.secondsToFail(0.9))));
    }
    System.out.println(line.toString().stripTrailing());
  }

  static String percent(double share) {
    return share * 100 == Math.rint(share * 100)
        ? "%.0f%%".formatted(share * 100)
        : String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  /** A few of a thousand are not none. */
  private static String number(double share) {
    return share > 0 && share < 0.01
        ? String.format(Locale.ROOT, "%.1f", share * 100).substring(0, 3)
        : "%.0f".formatted(Math.floor(share * 100));
  }

  private static String seconds(Optional<Double> value) {
    return value.map("%.0f s"::formatted).orElse("-");
  }
}
