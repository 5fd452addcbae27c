package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which cache the launcher names, by the real function in a checkout that is made of stubs. */
class StartCacheTest {
  private static final String NONE = "-Xshare:auto";

  @TempDir private Path folder;
  private Path home = Path.of("");
  private Path caches = Path.of("");

  static Stream<List<String>> shells() {
    return Stream.of(List.of("dash"), List.of("busybox", "sh"));
  }

  @BeforeEach
  void checkout() throws IOException {
    home = folder.resolve("a checkout");
    caches = folder.resolve("caches");
    for (String file : List.of("target/backstay.jar", "jdk/lib/server/libjvm.so")) {
      write(file, "stub");
    }
    Files.createDirectories(home.resolve("target/lib"));
    // What is asked for, and what the trainer can see of us.
    write(
        "src/main/launcher/train",
        "#!/bin/sh\n{ echo \"$1\"; env; ls /proc/self/fd; } >\"$HOME/new\"\nmv \"$HOME/new\" \"$HOME/trained\"\n");
    Files.setPosixFilePermissions(
        home.resolve("src/main/launcher/train"), PosixFilePermissions.fromString("rwx------"));
  }

  private void write(String file, String text) throws IOException {
    Path path = home.resolve(file);
    Files.createDirectories(path.resolveSibling(""));
    Files.writeString(path, text);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void the_first_command_goes_without_and_has_the_caches_made_beside_it(List<String> shell)
      throws Exception {
    assertThat(option(shell, "facts")).isEqualTo(NONE);
    String build = trained();
    Files.writeString(Path.of(build + ".work"), "");
    Files.writeString(Path.of(build + ".words"), "");
    assertThat(option(shell, "facts")).isEqualTo("-XX:AOTCache=" + build + ".work");
    assertThat(option(shell, "--version")).isEqualTo("-XX:AOTCache=" + build + ".words");
    assertThat(option(shell)).isEqualTo("-XX:AOTCache=" + build + ".words");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void another_build_and_another_jvm_have_caches_of_their_own(List<String> shell) throws Exception {
    for (String changed : List.of("target/backstay.jar", "jdk/lib/server/libjvm.so")) {
      option(shell, "facts");
      Files.writeString(Path.of(trained() + ".work"), "");
      write(changed, "another stub");
      assertThat(option(shell, "facts")).isEqualTo(NONE);
      trained();
    }
  }

  @ParameterizedTest
  @MethodSource("shells")
  void who_makes_them_sees_no_variable_and_no_open_file_of_the_command(List<String> shell)
      throws Exception {
    run(shell, "exec 5<\"$home/target/backstay.jar\"; find_start_cache facts");
    Awaitility.await().until(() -> Files.exists(folder.resolve("trained")));
    assertThat(Files.readString(folder.resolve("trained")))
        .contains("JAVA_HOME=")
        .doesNotContain("BACKSTAY_SECRET")
        .doesNotContain("\n5\n");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void what_could_not_be_made_is_not_tried_again_before_the_next_day(List<String> shell)
      throws Exception {
    option(shell, "facts");
    Path failed = Path.of(trained() + ".failed");
    Files.writeString(failed, "");
    assertThat(option(shell, "facts")).isEqualTo(NONE);
    assertThat(failed).exists();
    Files.setLastModifiedTime(failed, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    assertThat(option(shell, "facts")).isEqualTo(NONE);
    assertThat(failed).doesNotExist();
    assertThat(folder.resolve("trained")).doesNotExist();
    option(shell, "facts");
    trained();
  }

  @ParameterizedTest
  @MethodSource("shells")
  void where_nothing_can_be_written_or_nothing_is_wanted_commands_start_as_without(
      List<String> shell) throws Exception {
    assertThat(run(shell, "BACKSTAY_CACHE=off; find_start_cache facts")).isEqualTo(NONE);
    assertThat(run(shell, "XDG_CACHE_HOME=; HOME=; find_start_cache facts")).isEqualTo(NONE);
    assertThat(run(shell, "XDG_CACHE_HOME=relative; find_start_cache facts")).isEqualTo(NONE);
    assertThat(run(shell, "XDG_CACHE_HOME=/proc/none; find_start_cache facts")).isEqualTo(NONE);
    assertThat(run(shell, "JAVA_HOME=/none; find_start_cache facts")).isEqualTo(NONE);
    assertThat(caches).doesNotExist();
  }

  /** With {@code sudo}, the home may be that of somebody who would like to be root. */
  @ParameterizedTest
  @MethodSource("shells")
  void a_cache_that_belongs_to_somebody_else_is_not_used(List<String> shell) throws Exception {
    assumeThat(System.getProperty("user.name")).as("who may give files away").isEqualTo("root");
    option(shell, "facts");
    Path theirs = Path.of(trained() + ".work");
    Files.writeString(theirs, "");
    Files.setOwner(
        theirs,
        theirs.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
    assertThat(option(shell, "facts")).isEqualTo(NONE);
    trained();
  }

  /** What the trainer was asked for, once; the next one is seen anew. */
  private String trained() throws IOException {
    Path trained = folder.resolve("trained");
    Awaitility.await().until(() -> Files.exists(trained));
    String build = Files.readString(trained).lines().findFirst().orElseThrow();
    Files.delete(trained);
    return build;
  }

  private String option(List<String> shell, String... words) throws Exception {
    return run(shell, "find_start_cache " + String.join(" ", words));
  }

  private String run(List<String> shell, String script) throws Exception {
    List<String> command = new ArrayList<>(shell);
    command.addAll(
        List.of(
            "-euc",
            "home=$1; . \"$2\"; %s; echo \"$start_cache\"".formatted(script),
            "sh",
            home.toString(),
            Path.of("src/main/launcher/java").toAbsolutePath().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
  }

  private Map<String, String> environment() {
    return Map.of(
        "HOME", folder.toString(),
        "XDG_CACHE_HOME", caches.toString(),
        "JAVA_HOME", home.resolve("jdk").toString(),
        "BACKSTAY_CACHE", "on",
        "BACKSTAY_SECRET", "a secret");
  }
}
