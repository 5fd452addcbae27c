package dev.backstay.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.rollout.Event;
import dev.backstay.rollout.Journal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ReportsTest {
  @TempDir private Path folder;

  private Story story() {
    return Tale.taken("").story(folder);
  }

  /** As a browser reads it; what a browser would have to repair is an error. */
  private static Document page(String html) {
    Parser strict = Parser.htmlParser().setTrackErrors(50);
    Document page = Jsoup.parse(html, "", strict);
    assertThat(strict.getErrors()).isEmpty();
    return page;
  }

  @Test
  void the_text_tells_what_was_done_in_order_who_is_missing_and_how_each_gateway_ended() {
    assertThat(TextReport.of(story(), List.of("pager: ended, after 3 tries")))
        .startsWith(
            """
            Rollout module-1.1.1-20261125-030000 of playbook module-1.1.1, started 2026-11-25 03:00:00 UTC

            +00:00.1  wave 1: gw1
            +00:01.7  gw1        preflight  wireguard-dkms 1.0.0 → 1.1.1\s
            """)
        .contains(
            """
            +03:11.0  gw2        verdict    fail: 18 back, 2 failed
                                          wg0 peer 0VCjJY/vE9cfXg2rSkqVB9zjc5gFCXv2xJCPwpwLN2Q=, last seen at 198.18.0.21:40001: failed, rejected; compare keys
            """)
        .contains("last seen at unknown: failed")
        .contains("+03:11.2  gw3        preflight  FAILED: the lock is held")
        .contains("gw1          wave 1  reverted (wave 2 failed)")
        .contains("gw4          wave 3  not reached")
        .contains("  backstay evidence module-1.1.1-20261125-030000 gw2\n")
        .contains("  pager: ended, after 3 tries\n")
        .endsWith("Result: rolled back. gw2: fail: 2 of 20 clients failed\nExit status 3.\n");
  }

  @Test
  void every_beginning_of_a_journal_can_be_told_in_every_format() {
    var lines = Tale.taken("").written(folder);
    for (int length = 1; length < lines.size(); length++) {
      Story story = Story.of(lines.subList(0, length), result -> 0);
      assertThat(TextReport.of(story, List.of())).contains("This journal has no end");
      assertThat(MarkdownReport.of(story, List.of())).contains("This journal has no end");
      assertThat(page(HtmlReport.of(story, List.of())).text()).contains("This journal has no end");
      assertThat(JsonMapper.shared().readTree(JsonReport.of(story, List.of())).path("rollout"))
          .isNotEmpty();
    }
  }

  @Test
  void a_step_that_the_controller_died_in_is_told_as_not_ended() {
    Story story =
        new Tale()
            .at(
                0,
                new Event.Started(
                    Journal.FORMAT, "r", "p", "h", List.of(List.of("gw1")), 1, "anna@ops"))
            .at(1, new Event.StepBegan("gw1", "apply"))
            .story(folder);
    assertThat(TextReport.of(story, List.of()))
        .contains("gw1          wave 1  open: last step apply");
    Document page = page(HtmlReport.of(story, List.of()));
    assertThat(page.select("svg .open")).hasSize(1);
    assertThat(page.select("#gateways td").eachText()).contains("not ended");
  }

  @Test
  void the_time_without_interfaces_lies_where_the_gateways_own_marks_put_it() {
    Story.Lane gw2 = story().gateways().get(1);
    Story.Stretch apply =
        gw2.steps().stream().filter(step -> step.step().equals("apply")).findFirst().orElseThrow();
    Story.Cut cut = apply.cut().orElseThrow();
    assertThat(cut.length()).isEqualTo(Duration.ofMillis(750));
    assertThat(cut.ended()).isEqualTo(apply.ended().orElseThrow());
    Story.Stretch revert = gw2.steps().getLast();
    assertThat(revert.cut().orElseThrow().ended())
        .as("three quarters of a second before its last mark")
        .isEqualTo(revert.ended().orElseThrow().minusMillis(750));
  }

  @Test
  void a_page_stands_alone_has_a_lane_for_each_gateway_and_no_script() {
    Document page = page(HtmlReport.of(story(), List.of("pager: ended")));
    assertThat(page.title()).isEqualTo("Rollout module-1.1.1-20261125-030000");
    assertThat(page.select("script, link, img, iframe, object, [src]")).isEmpty();
    assertThat(page.select("[href]").eachAttr("href")).allMatch(href -> href.startsWith("#"));
    assertThat(page.select("[href]").eachAttr("href"))
        .allSatisfy(href -> assertThat(page.select(href)).hasSize(1));
    assertThat(page.select("*").stream().flatMap(e -> e.attributes().asList().stream()))
        .noneMatch(attribute -> attribute.getKey().startsWith("on"));
    assertThat(page.select(".timeline .name").eachText())
        .containsExactly("gw1", "gw2", "gw3", "gw4");
    assertThat(page.select(".timeline .bar.revert")).hasSize(2);
    assertThat(page.select(".timeline .away")).hasSize(3);
    assertThat(page.select(".timeline .mark.fail title").eachText())
        .containsExactly("fail: 18 back, 2 failed");
    assertThat(page.select("#missing tbody tr")).hasSize(2);
    assertThat(page.select("#missing tbody tr").getFirst().text())
        .contains("2026-11-25 02:59:29 UTC", "failed, rejected", "compare keys");
    assertThat(page.select("#gateways").text())
        .contains("exact binomial", "p = 0.0045, at most 28.3%", "broken 5%, healthy 0.5%");
    assertThat(page.select("#evidence").text())
        .contains("backstay evidence module-1.1.1-20261125-030000 gw2", "cut: journal");
    assertThat(page.select("#undelivered li").eachText()).containsExactly("pager: ended");
  }

  @Test
  void a_page_has_a_language_one_title_and_headings_in_their_order() {
    Document page = page(HtmlReport.of(story(), List.of()));
    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    assertThat(page.select("h1")).hasSize(1);
    assertThat(page.select("svg[role=img]").attr("aria-labelledby").split(" "))
        .allSatisfy(id -> assertThat(page.getElementById(id)).isNotNull());
    assertThat(page.select("th[scope=col]")).hasSameSizeAs(page.select("th"));
    assertThat(page.select("details > summary:first-child")).hasSameSizeAs(page.select("details"));
    List<String> ids = page.select("[id]").eachAttr("id");
    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  void bars_lie_within_the_picture_and_in_the_order_of_the_steps() {
    Document page = page(HtmlReport.of(story(), List.of()));
    double before = 0;
    for (Element bar : page.select(".timeline > svg:has(> rect.bar)").subList(0, 9)) {
      double from = percent(bar.attr("x"));
      double width = percent(bar.attr("width"));
      assertThat(from).isGreaterThanOrEqualTo(before - 0.4);
      assertThat(from + width).isLessThanOrEqualTo(100.01);
      before = from;
    }
  }

  private static double percent(String text) {
    assertThat(text).endsWith("%");
    return Double.parseDouble(text.substring(0, text.length() - 1));
  }

  @Test
  void what_a_gateway_says_is_text_in_every_format() {
    Story story = Tale.taken(Tale.NASTY).story(folder);
    String html = HtmlReport.of(story, List.of(Tale.NASTY));
    Document page = page(html);
    assertThat(page.select("script")).isEmpty();
    assertThat(page.select("#undelivered").text()).contains("</td><script>alert(1)</script>&amp;");
    assertThat(html).doesNotContain("\u001b", "\u202e");
    String markdown = MarkdownReport.of(story, List.of(Tale.NASTY));
    assertThat(markdown).doesNotContain("<script", "\u001b").contains("\\`x\\` \\*y\\*");
    assertThat(
            markdown
                .lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.replace("\\|", "").chars().filter(c -> c == '|').count())
                .distinct())
        .as("a bar in a text makes no further cell")
        .allMatch(count -> count >= 5 && count <= 9);
    JsonNode json = JsonMapper.shared().readTree(JsonReport.of(story, List.of(Tale.NASTY)));
    assertThat(json.path("undelivered").path(0).stringValue()).isEqualTo(Tale.NASTY);
  }

  @Test
  void json_has_the_result_the_exit_status_and_every_step_with_its_times() {
    JsonNode json = JsonMapper.shared().readTree(JsonReport.of(story(), List.of()));
    assertThat(json.path("version").intValue()).isEqualTo(1);
    JsonNode rollout = json.path("rollout");
    assertThat(rollout.path("exitStatus").intValue()).isEqualTo(3);
    assertThat(rollout.path("end").path("result").stringValue()).isEqualTo("ROLLED_BACK");
    JsonNode apply = rollout.path("gateways").path(0).path("steps").path(5);
    assertThat(apply.path("step").stringValue()).isEqualTo("apply");
    assertThat(Instant.parse(apply.path("began").stringValue()))
        .isEqualTo("2026-11-25T03:00:24.300Z");
  }

  @Test
  void markdown_has_the_gateways_the_waves_and_who_did_not_come_back() {
    assertThat(MarkdownReport.of(story(), List.of()))
        .startsWith("# Rollout module-1.1.1-20261125-030000\n\n- **Result: rolled back.")
        .contains(
            "| gw2 | 2 | reverted | fail: 2 of 20 clients failed | 18 back, 2 failed | 0.7 s in apply, 0.7 s in revert |")
        .contains(
            "| 2 | gw2, gw3 | +01:37.0 | +03:11.3 | failed: gw2: fail: 2 of 20 clients failed |")
        .contains(
            "| gw2 | wg0 | 0VCjJY/vE9cfXg2rSkqVB9zjc5gFCXv2xJCPwpwLN2Q= | 198.18.0.21:40001 | 2026-11-25 02:59:29 UTC | failed, rejected | compare keys |",
            "| gw2 | handshakes | fail | 2 of 20 | exact binomial | p = 0.0045, at most 28.3% | broken 5%, healthy 0.5% | 2 of 20 clients failed |");
  }

  @Test
  void of_a_large_fleet_the_page_has_those_that_did_not_end_well_and_says_how_many_there_are() {
    List<String> names = IntStream.range(0, 1000).mapToObj(i -> "gw" + i).toList();
    Tale tale =
        new Tale()
            .at(0, new Event.Started(Journal.FORMAT, "r", "p", "h", List.of(names), 1, "anna@ops"));
    List<String> bad = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String ending = i % 100 == 99 ? "unknown" : "confirmed";
      if (!ending.equals("confirmed")) {
        bad.add(names.get(i));
      }
      tale.step(i, i + 5, names.get(i), "apply", "installed")
          .at(i + 6, new Event.GatewayEnded(names.get(i), ending, "why"));
    }
    Document page = page(HtmlReport.of(tale.story(folder), List.of()));
    List<String> lanes = page.select(".timeline .name").eachText();
    assertThat(lanes).hasSize(200).startsWith(bad.toArray(String[]::new));
    assertThat(page.select("#timeline .note").text()).contains("200 of 1000 gateways");
  }

  @Test
  void the_axis_has_few_and_round_times_however_long_it_took() {
    Instant begin = Instant.EPOCH;
    for (long seconds = 0; seconds < 5_000_000; seconds = seconds * 3 / 2 + 1) {
      Scale scale = Scale.of(begin, begin.plusSeconds(seconds));
      assertThat(scale.ticks()).hasSizeBetween(2, 6);
      assertThat(scale.percent(begin.plusSeconds(seconds))).isBetween(0.0, 100.0);
    }
  }

  @Test
  void an_empty_journal_is_no_story_and_is_said_in_every_format() {
    assertThatThrownBy(() -> Story.of(List.of(), result -> 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(List.of(TextReport.ofNothing(), MarkdownReport.ofNothing(), JsonReport.ofNothing()))
        .allMatch(text -> text.contains("nothing was changed"));
    assertThat(page(HtmlReport.ofNothing()).text()).contains("nothing was changed");
  }
}
