package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.FactsFixture;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlanFileTest {
  @TempDir private Path folder;

  private Path written() {
    Path file = folder.resolve("plans/module.json");
    PlanFile.write(file, PlanFixture.two());
    return file;
  }

  private static String code(Path file) {
    try {
      PlanFile.read(file);
      return "read";
    } catch (ProblemException refused) {
      return refused.problems().getFirst().code();
    }
  }

  @Test
  void what_was_written_is_read_back_and_has_the_same_hash() {
    SavedPlan plan = PlanFixture.two();
    SavedPlan read = PlanFile.read(written());
    assertThat(read).isEqualTo(plan);
    assertThat(PlanFile.hash(read)).isEqualTo(PlanFile.hash(plan)).matches("[0-9a-f]{64}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "another version | 1.0.0 → 1.0.1 | 1.0.0 → 1.0.2",
        "another wave | \"askFirst\" : false | \"askFirst\" : true",
        "another gateway in a wave | \"gateway\" : \"gw1\" | \"gateway\" : \"gw9\"",
        "the playbook in it | waves: [1, rest] | waves: [rest]",
        "the hash of the inventory | \"sha256\" : \"inventory\" | \"sha256\" : \"another\"",
        "the author | author\" : \"anna@ops\" | author\" : \"bob@ops\"",
        "an approval that lasts longer | \"approvalSeconds\" : 86400 | \"approvalSeconds\" :"
            + " 864000",
        "a key that is new | \"format\" : 1 | \"format\" : 1, \"urgent\" : true",
        "a key that is gone | \"format\" : 1, | ''",
        "a number where a word was | \"id\" : \"module | \"id\" : 7, \"was\" : \"module",
      })
  void a_plan_that_was_edited_by_hand_is_refused(String what, String was, String is)
      throws IOException {
    Path file = written();
    String text = Files.readString(file);
    assertThat(text).as(what).contains(was);
    Files.writeString(file, text.replace(was, is));
    assertThat(code(file)).as(what).isEqualTo("plan-edited");
  }

  @Test
  void a_plan_that_was_cut_off_anywhere_is_refused() throws IOException {
    Path file = written();
    byte[] whole = Files.readAllBytes(file);
    // The last two bytes are the brace of the whole and the end of its line.
    for (int end = 0; end < whole.length - 1; end += 1 + end % 37) {
      Files.write(file, Arrays.copyOf(whole, end));
      assertThat(code(file)).as("cut at %d", end).isEqualTo("plan-edited");
    }
  }

  @Test
  void what_is_no_plan_at_all_is_refused_by_a_sentence() throws IOException {
    Path file = folder.resolve("x.json");
    assertThat(code(file)).isEqualTo("plan-missing");
    assertThat(code(folder)).isEqualTo("plan-unreadable");
    for (String text :
        new String[] {"", "null", "[]", "{}", "kind: Playbook", "{\"plan\": null}"}) {
      Files.writeString(file, text);
      assertThat(code(file)).as(text).isEqualTo("plan-edited");
    }
    Files.write(file, "\u00ff\u00fe".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(code(file)).isEqualTo("plan-edited");
  }

  @Test
  void another_hash_does_not_make_an_edited_plan_the_one_that_was_written() throws IOException {
    Path file = written();
    String hash = PlanFile.hash(PlanFixture.two());
    Files.writeString(file, Files.readString(file).replace(hash, "0".repeat(64)));
    assertThat(code(file)).isEqualTo("plan-edited");
  }

  @Test
  void known_troubles_are_part_of_a_plan_and_a_plan_without_any_is_written_as_before()
      throws IOException {
    assertThat(PlanFile.json(PlanFixture.two())).doesNotContain("troubles");

    Facts threaded = FactsFixture.with("\t20\t17\n", "\t20\t17\tthreaded\n");
    SavedPlan plan = PlanFixture.of(threaded, FactsFixture.healthy());
    Path file = folder.resolve("troubles.json");
    PlanFile.write(file, plan);

    assertThat(PlanFile.read(file)).isEqualTo(plan);
    assertThat(plan.troublesOf("gw1")).hasSize(1);
    assertThat(plan.troublesOf("gw2")).isEmpty();
    Files.writeString(file, Files.readString(file).replace("stalls one peer", "stalls nobody"));
    assertThat(code(file)).isEqualTo("plan-edited");
  }

  @Test
  void more_after_the_plan_is_refused() throws IOException {
    Path file = written();
    Files.writeString(file, Files.readString(file) + "{}");
    assertThat(code(file)).isEqualTo("plan-edited");
  }

  @Test
  void a_plan_of_a_later_version_is_told_as_that_and_not_as_damage() throws IOException {
    Path file = written();
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"format\" : 1", "\"format\" : 2, \"colour\" : \"what it means is unknown\""));
    assertThatThrownBy(() -> PlanFile.read(file))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("this plan has format 2, and this Backstay knows up to 1");
  }

  @Test
  void a_plan_is_written_whole_over_what_was_there_and_leaves_nothing_beside_it()
      throws IOException {
    Path file = written();
    Files.writeString(file, "an older one");
    Files.writeString(file.resolveSibling("module.json.new"), "half of one, of a power cut");
    PlanFile.write(file, PlanFixture.two());
    assertThat(code(file)).isEqualTo("read");
    try (Stream<Path> files = Files.list(file.resolveSibling(""))) {
      assertThat(files).containsExactly(file);
    }
  }
}
