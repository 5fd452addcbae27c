package dev.backstay.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NotifyReaderTest {
  @TempDir private Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("notify.yaml"), text);
  }

  @Test
  void without_a_file_nobody_is_told() {
    assertThat(NotifyReader.read(folder.resolve("notify.yaml"))).isEmpty();
  }

  @Test
  void paths_are_meant_from_the_folder_of_the_file_and_the_address_is_never_printed()
      throws IOException {
    Files.writeString(folder.resolve("secret"), "x");
    List<Target> targets =
        NotifyReader.read(
            file(
                """
                kind: Notify
                to:
                  - name: chat
                    webhook: https://chat.example.net/hooks/password
                    secret: secret
                    events: [wave-failed, ended]
                  - {name: pager, command: [bin/page, --urgent], events: needs-person, timeout: 30s, tries: 2}
                """));
    assertThat(targets).hasSize(2);
    assertThat(targets.getFirst().topics()).containsExactly(Topic.WAVE_FAILED, Topic.ENDED);
    assertThat(targets.toString()).doesNotContain("password");
    assertThat(targets.getLast().channel())
        .isEqualTo(
            new Target.Channel.Command(List.of(folder.resolve("bin/page").toString(), "--urgent")));
    assertThat(targets.getLast().timeout()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void every_mistake_is_told_at_once_with_its_place() throws IOException {
    Path file =
        file(
            """
            kind: Notify
            to:
              - {name: chat, webhok: https://x.example.net/, events: [wave-faild]}
              - {name: chat, webhook: ftp://x.example.net/, secret: absent}
              - {name: both, webhook: https://x.example.net/, command: page, tries: 99}
              - {name: late, command: page, timeout: 10m, secret: absent}
            """);
    assertThatThrownBy(() -> NotifyReader.read(file))
        .isInstanceOfSatisfying(
            ProblemException.class,
            wrong ->
                assertThat(wrong.problems())
                    .extracting(problem ->
                        problem.where().replaceFirst(".*yaml:", "") + " " + problem.what())
                    .anySatisfy(
                        line -> assertThat(line).startsWith("3:").contains("\"webhok\" is no key"))
                    .anySatisfy(line -> assertThat(line).startsWith("3:").contains("wave-faild"))
                    .anySatisfy(line ->
                        assertThat(line).startsWith("3:").contains("needs a webhook or a command"))
                    .anySatisfy(line -> assertThat(line).startsWith("4:").contains("two targets"))
                    .anySatisfy(line -> assertThat(line).startsWith("4:").contains("https://"))
                    .anySatisfy(
                        line -> assertThat(line).startsWith("4:").contains("cannot be read"))
                    .anySatisfy(line -> assertThat(line).startsWith("5:").contains("has both"))
                    .anySatisfy(line -> assertThat(line).startsWith("5:").contains("from 1 to 10"))
                    .anySatisfy(
                        line -> assertThat(line).startsWith("6:").contains("from 1s to 60s"))
                    .anySatisfy(line ->
                        assertThat(line).startsWith("6:").contains("a command needs none")));
  }
}
