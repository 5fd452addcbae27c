package dev.backstay.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.document.Node.Mapping;
import dev.backstay.document.Node.Scalar;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTest {
  private static Mapping parse(String text) {
    return (Mapping) Yaml.parse("f.yaml", text);
  }

  @Test
  void every_node_knows_its_line_and_column_from_one() {
    Mapping root = parse("a: 1\nb:\n  - x\n  - y\n");
    assertThat(root.position()).hasToString("f.yaml:1:1");
    assertThat(root.entry("b").orElseThrow().key().position()).hasToString("f.yaml:2:1");
    Node.Sequence list = (Node.Sequence) root.entry("b").orElseThrow().value();
    assertThat(list.items().get(1).position()).hasToString("f.yaml:4:5");
  }

  @ParameterizedTest
  @CsvSource({"1.10", "0x1F", "1e3", "no", "022", "5%", "1.0.1"})
  void a_value_keeps_the_text_as_it_was_written(String text) {
    assertThat(parse("v: " + text).entry("v").orElseThrow().value())
        .isEqualTo(new Scalar(new Position("f.yaml", 1, 4), text, false));
  }

  @Test
  void quotes_make_text_of_anything() {
    Scalar scalar = (Scalar) parse("v: 'null'").entry("v").orElseThrow().value();
    assertThat(scalar.missing()).isFalse();
    assertThat(scalar.quoted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: 1\\nb: 2\\na: 3   | f.yaml:3:1: the key "a" occurs twice; first in line 1.%  hint: remove one of them.
          a: 1\\n---\\nb: 2    | f.yaml:2:1: a second document begins here, but a file holds one.%  hint: put it into a file of its own.
          a: &x 1\\nb: 2       | f.yaml:1:4: the anchor "&x" is not supported.%  hint: write the value out where it is needed.
          a:\\n\\t- b          | f.yaml:2:1: this is not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation).%  hint: indent with spaces.
          a: [1               | f.yaml:1:6: this is not YAML: expected ',' or ']', but got <stream end>.%  hint: it happened while parsing a flow sequence.
          a: !mine x          | f.yaml:1:4: the tag !mine is not supported.%  hint: remove it.
          [a]: b              | f.yaml:1:1: a key is a word, not a list or a mapping.
          # nothing           | f.yaml:1:1: the file is empty.%  hint: begin with the key "kind".
          """)
  void what_is_not_plain_yaml_is_refused_with_its_place(String text, String message) {
    assertThatThrownBy(() -> parse(text.replace("\\n", "\n").replace("\\t", "\t")))
        .isInstanceOf(ProblemException.class)
        .hasMessage(message.replace("%", "\n"));
  }

  @Test
  void an_alias_is_refused_even_if_it_is_a_circle() {
    assertThatThrownBy(() -> parse("a: &x [*x]"))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith("f.yaml:1:4: the anchor \"&x\" is not supported.");
  }

  @Test
  void a_missing_file_is_named_and_so_is_the_one_that_was_meant(@TempDir Path folder)
      throws IOException {
    Path missing = folder.resolve("module.yaml");
    assertThatThrownBy(() -> Yaml.read(missing))
        .isInstanceOf(ProblemException.class)
        .hasMessage(
            "%s: there is no such file.\n  hint: check the path; there is no YAML file in %s."
                .formatted(missing, folder));
    Files.createFile(folder.resolve("modules.yaml"));
    assertThatThrownBy(() -> Yaml.read(missing))
        .hasMessageEndingWith("hint: did you mean \"modules.yaml\"?");
  }

  @Test
  void a_file_in_another_encoding_is_named(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("f.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4});
    assertThatThrownBy(() -> Yaml.read(file))
        .isInstanceOf(ProblemException.class)
        .hasMessage(file + ": the file is not UTF-8 text.\n  hint: save it as UTF-8.");
  }
}
