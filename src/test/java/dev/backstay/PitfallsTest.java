package dev.backstay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/PITFALLS.md} to the tests that it names. */
final class PitfallsTest {
  private static final int ALL = 48;
  private static final Path PAGE = Path.of("docs/PITFALLS.md");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(pitfall_(\\d+)_\\w+)`");
  private static final Pattern TEST = Pattern.compile("void\\s+(pitfall_\\w+)\\(");
  private static final Pattern CASE = Pattern.compile("(?m)^case_(pitfall_\\w+)\\(\\)");

  /**
   * One row of the page.
   *
   * @param tests as {@code Class.method}
   */
  private record Row(int number, String what, String answer, List<String> tests) {}

  private static List<Row> rows(String page) {
    List<Row> rows = new ArrayList<>();
    for (String line : page.lines().toList()) {
      String[] cells = line.split(" \\| ?", -1);
      if (cells.length >= 4 && cells[0].matches("\\| \\d+")) {
        List<String> tests =
            NAMED.matcher(cells[3]).results().map(m -> m.group(1) + "." + m.group(2)).toList();
        rows.add(new Row(Integer.parseInt(cells[0].substring(2)), cells[1], cells[2], tests));
      }
    }
    return rows;
  }

  /** Every mistake of a page, given the tests that there are. */
  private static List<String> mistakes(String page, List<String> tests) {
    List<String> mistakes = new ArrayList<>();
    Map<Integer, Row> byNumber = new TreeMap<>();
    for (Row row : rows(page)) {
      if (byNumber.put(row.number(), row) != null) {
        mistakes.add(row.number() + " is there twice");
      }
      if (row.tests().isEmpty() && !row.answer().contains("**Not yet**")) {
        mistakes.add(row.number() + " has neither a test nor a \"not yet\"");
      }
      for (String test : row.tests()) {
        if (!tests.contains(test)) {
          mistakes.add(row.number() + " names " + test + ", which does not exist");
        }
        if (!test.contains(".pitfall_" + row.number() + "_")) {
          mistakes.add(row.number() + " names " + test + ", which is of another number");
        }
      }
    }
    IntStream.rangeClosed(1, ALL)
        .filter(number -> !byNumber.containsKey(number))
        .forEach(number -> mistakes.add(number + " is missing"));
    return mistakes;
  }

  /** As {@code Class.method}; the cases of shell programs under the name of their file. */
  private static List<String> existing() {
    List<String> tests = new ArrayList<>();
    for (Path file : files(Path.of("src/test/java"))) {
      String name = file.getFileName().toString().replace(".java", "");
      tests.addAll(found(name, TEST, text(file)));
    }
    for (String name : List.of("cases", "kinds")) {
      tests.addAll(found(name, CASE, text(Path.of("src/test/sh", name))));
    }
    return tests;
  }

  private static List<String> found(String name, Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult m) -> name + "." + m.group(1)).toList();
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void every_pitfall_has_its_row_and_every_test_that_is_named_exists() {
    assertThat(mistakes(text(PAGE), existing())).isEmpty();
  }

  @Test
  void sabotage_a_page_with_a_test_that_is_gone_a_number_that_is_missing_or_one_too_many_fails() {
    String page = text(PAGE);
    List<String> tests = existing();
    String gone = page.replace("pitfall_18_each", "pitfall_18_no");
    assertThat(mistakes(gone, tests)).singleElement().asString().contains("18", "does not exist");
    String moved = page.replace("| 3 |", "| 4 |");
    assertThat(mistakes(moved, tests)).contains("4 is there twice", "3 is missing");
    String bare = page.replaceAll("(?m)^(\\| 18 \\|.*\\|) `.*$", "$1 |");
    assertThat(mistakes(bare, tests)).containsExactly("18 has neither a test nor a \"not yet\"");
  }

  @Test
  void pitfall_35_no_program_on_a_gateway_reloads_networkd() {
    assertThat(files(Path.of("src/main/sh")))
        .isNotEmpty()
        .allSatisfy(program -> assertThat(text(program)).doesNotContain("networkctl"));
  }
}
