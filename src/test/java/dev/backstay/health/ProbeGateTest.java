package dev.backstay.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.health.ProbeGate.Result;
import dev.backstay.health.ProbeGate.Series;
import dev.backstay.health.ProbeGate.Try;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ProbeGateTest {
  private static final ProbeGate GATE = new ProbeGate(0);
  private static final String SILENT = "no answer to 1 initiation in 1.1 s";

  /** One a second, as the words of a line say: . through, x in vain, c loaded, u unsent. */
  private static Series from(double begin, String line) {
    List<Try> tries = new ArrayList<>();
    double at = begin;
    for (char word : line.toCharArray()) {
      double length = word == '.' ? 0.01 : 1.2;
      tries.add(new Try(at, at + length, result(word), word == '.' ? "" : says(word)));
      at += Math.max(1, length);
    }
    return new Series("wg0", tries);
  }

  private static Result result(char word) {
    return switch (word) {
      case '.' -> Result.THROUGH;
      case 'c' -> Result.LOADED;
      case 'u' -> Result.UNSENT;
      default -> Result.IN_VAIN;
    };
  }

  private static String says(char word) {
    return word == 'u' ? "network is unreachable" : SILENT;
  }

  private static Optional<Finding> early(String line) {
    return GATE.early(List.of(from(0, line)));
  }

  private static Finding end(String line) {
    return GATE.end(List.of(from(0, line)));
  }

  @Test
  void three_in_vain_are_enough_where_none_got_through_and_take_less_than_five_seconds() {
    assertThat(early("xx")).isEmpty();
    Finding dead = early("xxx").orElseThrow();
    assertThat(dead.says()).isEqualTo(Says.FAIL);
    assertThat(dead.sample()).isEqualTo(new Sample(3, 3));
    assertThat(dead.sentence())
        .isEqualTo("3 of 3 probes of wg0 did not get through, 3.6 s after the change: " + SILENT);
    assertThat(dead.thresholds()).containsEntry("certain", "3.6 s").containsEntry("first", "0.0 s");
    assertThat(early("xxxxxx").orElseThrow().thresholds())
        .as("however late somebody looks")
        .containsEntry("certain", "3.6 s")
        .containsEntry("last", "7.2 s");
  }

  @Test
  void what_was_begun_before_the_interfaces_were_there_counts_for_nothing() {
    assertThat(GATE.early(List.of(from(-3.5, "xxx")))).isEmpty();
    assertThat(GATE.early(List.of(from(-3.5, "xxxx")))).isEmpty();
    assertThat(GATE.end(List.of(from(-5, "....."))).says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(GATE.end(List.of(from(-5, "....."))).sentence())
        .isEqualTo("no probe of wg0 was made after the change");
  }

  @Test
  void a_kernel_that_has_just_been_booted_has_time_to_settle() {
    ProbeGate restarted = new ProbeGate(10);
    assertThat(restarted.early(List.of(from(0, "xxxxxxxx")))).isEmpty();
    assertThat(restarted.early(List.of(from(0, "xxxxxxxxxxxx")))).isPresent();
    assertThat(restarted.end(List.of(from(0, "xxxx.."))).says()).isEqualTo(Says.PASS);
  }

  @Test
  void after_a_success_a_lossy_way_is_told_from_a_dead_gateway() {
    assertThat(early(".xxxx")).isEmpty();
    assertThat(early(".xxxxxxxx")).as("for 9.6 s").isEmpty();
    assertThat(early(".xxxxxxxxxx").map(Finding::sentence))
        .contains("the newest 10 probes of wg0 did not get through, for 12.0 s: " + SILENT);
    assertThat(early("c" + "x".repeat(5))).as("a cookie is a sign of life").isEmpty();
  }

  @Test
  void a_lossy_way_stops_next_to_nobody() {
    int stopped = 0;
    Random random = new Random(7);
    for (int run = 0; run < 2000; run++) {
      StringBuilder line = new StringBuilder();
      // 5 % of all packets, so nearly every tenth probe.
      for (int i = 0; i < 240; i++) {
        line.append(random.nextDouble() < 0.0975 ? 'x' : '.');
        if (early(line.toString()).isPresent()) {
          stopped++;
          break;
        }
      }
    }
    assertThat(stopped).isLessThan(10);
  }

  @Test
  void it_passes_when_the_newest_got_through() {
    assertThat(end(".").says()).isEqualTo(Says.PASS);
    assertThat(end("xx.......").says()).isEqualTo(Says.PASS);
    assertThat(end("...x").says()).isEqualTo(Says.PASS);
    assertThat(end("....").sentence()).isEqualTo("4 of 4 probes of wg0 got through");
  }

  @Test
  void it_never_passes_when_the_newest_did_not() {
    assertThat(end("....xx").says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(end("....xx").sentence())
        .isEqualTo("only 1 of the newest 3 probes of wg0 got through: " + SILENT);
    assertThat(end("....uu").says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(end("........xx.xx.xx..").says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(end("xx.xx.xx..").says()).isEqualTo(Says.FAIL);
  }

  @Test
  void no_evidence_is_not_success() {
    assertThat(GATE.end(List.of()).says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(end("").says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(end("uuu").sentence())
        .isEqualTo("no probe of wg0 could be sent: network is unreachable");
    assertThat(end("uuu").says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(end("cccc").sentence())
        .isEqualTo("wg0 is under load: cookies, and no answer, to 4 probes");
    assertThat(end("cccc").says()).isEqualTo(Says.INCONCLUSIVE);
    assertThat(end("xx").says()).isEqualTo(Says.INCONCLUSIVE);
  }

  @Test
  void one_interface_that_is_dead_is_enough() {
    Series good = from(0, "....");
    Series dead = new Series("wg1", from(0, "xxx").tries());
    assertThat(GATE.early(List.of(good, dead)).map(Finding::sentence).orElse(""))
        .startsWith("3 of 3 probes of wg1");
    assertThat(GATE.end(List.of(good, new Series("wg1", List.of()))).says())
        .isEqualTo(Says.INCONCLUSIVE);
  }

  @Test
  void one_more_in_vain_makes_it_no_better() {
    Random random = new Random(11);
    List<Says> order = List.of(Says.PASS, Says.INCONCLUSIVE, Says.FAIL);
    for (int run = 0; run < 5000; run++) {
      char[] line = new char[1 + random.nextInt(20)];
      for (int i = 0; i < line.length; i++) {
        line[i] = ".x.cu".charAt(random.nextInt(5));
      }
      char[] worse = Arrays.copyOf(line, line.length);
      worse[random.nextInt(worse.length)] = 'x';
      List<Try> before = evenly(line);
      List<Try> after = evenly(worse);
      boolean replacedEvidenceOfLife =
          after.stream().filter(one -> one.result() == Result.UNSENT).count()
              == before.stream().filter(one -> one.result() == Result.UNSENT).count();
      if (replacedEvidenceOfLife) {
        assertThat(order.indexOf(GATE.end(List.of(new Series("wg0", after))).says()))
            .as("%s, then %s", new String(line), new String(worse))
            .isGreaterThanOrEqualTo(
                order.indexOf(GATE.end(List.of(new Series("wg0", before))).says()));
      }
    }
  }

  private static List<Try> evenly(char[] line) {
    List<Try> tries = new ArrayList<>();
    for (int i = 0; i < line.length; i++) {
      tries.add(new Try(2.0 * i, 2.0 * i + 1, result(line[i]), says(line[i])));
    }
    return tries;
  }

  @Test
  void it_is_joined_with_what_the_clients_say_and_never_makes_that_better() {
    Verdict pass = new Verdict.Pass(List.of("20 of 20"), Evidence.NONE);
    Verdict doubt = new Verdict.Inconclusive(List.of("few"), Evidence.NONE);
    Verdict fail = new Verdict.Fail(List.of("gone"), Evidence.NONE);
    Finding good = end("...");
    Finding bad = end("xxx");
    Finding none = end("uuu");
    assertThat(ProbeGate.join(pass, good).word()).isEqualTo("pass");
    assertThat(ProbeGate.join(pass, bad).word()).isEqualTo("fail");
    assertThat(ProbeGate.join(pass, none).word()).isEqualTo("inconclusive");
    assertThat(ProbeGate.join(doubt, good).word()).isEqualTo("inconclusive");
    assertThat(ProbeGate.join(doubt, bad).word()).isEqualTo("fail");
    assertThat(ProbeGate.join(fail, good).reasons()).containsExactly("gone");
    assertThat(ProbeGate.join(fail, bad).reasons()).hasSize(2);
    assertThat(ProbeGate.join(pass, good).evidence().findings()).containsExactly(good);
  }
}
