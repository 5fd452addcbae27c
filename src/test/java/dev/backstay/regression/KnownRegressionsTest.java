package dev.backstay.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstay.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownRegressionsTest {
  private static final Situation DEBIAN =
      new Situation(
          "debian 12",
          "x86_64",
          "6.1.0-18-amd64",
          Optional.of("6.1.76"),
          "kernel",
          Map.of("wireguard-tools", "1.0.20210914-1"),
          Set.of(),
          false);

  private static Situation withKernel(String version) {
    return new Situation(
        DEBIAN.system(),
        DEBIAN.architecture(),
        DEBIAN.release(),
        Optional.of(version).filter(known -> !known.equals("unknown")),
        DEBIAN.implementation(),
        DEBIAN.packages(),
        DEBIAN.changing(),
        DEBIAN.threaded());
  }

  private static Situation in(String implementation, Map<String, String> packages) {
    return new Situation(
        DEBIAN.system(),
        DEBIAN.architecture(),
        "5.10.0-8-amd64",
        Optional.of("5.10.220"),
        implementation,
        packages,
        packages.keySet(),
        false);
  }

  private static List<String> ids(Situation situation) {
    return KnownRegressions.shipped().of(situation).stream().map(KnownRegression::id).toList();
  }

  @Test
  void the_table_that_is_shipped_is_read_whole_and_each_row_has_a_source() {
    List<KnownRegression> rows = KnownRegressions.shipped().rows();
    assertThat(rows).hasSizeGreaterThan(25);
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.sources()).as(row.id()).isNotEmpty();
          assertThat(row.sentence()).as(row.id()).hasSizeBetween(30, 250);
        });
  }

  @ParameterizedTest
  @CsvSource({
    "5.5.19, false",
    "5.6.0, true",
    "5.10.213, true",
    "5.10.214, false",
    "5.15.152, true",
    "6.1.82, true",
    "6.1.83, false",
    "6.1.83-1, false",
    "6.6.22, true",
    "6.7.10, true",
    "6.7.11, false",
    "6.8, false",
    "unknown, false"
  })
  void a_kernel_is_in_a_row_by_the_version_that_its_authors_gave_it(String version, boolean is) {
    assertThat(ids(withKernel(version)).contains("peer-update-race")).isEqualTo(is);
  }

  @Test
  void a_candidate_comes_before_its_release() {
    assertThat(Release.exactly("7.0-rc1").orElseThrow())
        .isLessThan(Release.exactly("7.0").orElseThrow())
        .isLessThan(Release.exactly("7.0-rc10").orElseThrow())
        .isGreaterThan(Release.exactly("6.19.5").orElseThrow());
    assertThat(Release.leading("1:5.10.3~rc2-1~bpo").orElseThrow())
        .isEqualByComparingTo(Release.exactly("5.10.3-rc2").orElseThrow());
    assertThat(Release.leading("unknown")).isEmpty();
  }

  @Test
  void all_that_a_condition_asks_for_must_hold() {
    assertThat(ids(in("userspace", Map.of("wireguard-go", "0.0.20231211"))))
        .contains("udp-gro-old-kernels");
    assertThat(ids(in("kernel", Map.of("wireguard-go", "0.0.20231211"))))
        .doesNotContain("udp-gro-old-kernels");
    assertThat(ids(in("userspace", Map.of("wireguard-go", "0.0.20250522"))))
        .doesNotContain("udp-gro-old-kernels");
    assertThat(ids(in("userspace", Map.of()))).doesNotContain("udp-gro-old-kernels");
  }

  @Test
  void names_with_a_star_stand_for_any() {
    assertThat(ids(in("userspace", Map.of("boringtun-cli", "0.6.0"))))
        .contains("boringtun-changes-of-peers");
    assertThat(ids(in("kernel", Map.of("wireguard-dkms", "1.0.20210606-1"))))
        .contains("handshake-flood-contention", "dkms-fails-installation");
    assertThat(ids(in("kernel", Map.of("wireguard-dkms-extra", "1.0.20210606-1"))))
        .doesNotContain("handshake-flood-contention");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "affects: [{kernel: \">=6.x\"}]",
        "affects: [{kernel: \"6.1\"}]",
        "affects: [{kernel: \"\"}]",
        "affects: [{kernal: \"<6\"}]",
        "affects: [{}]",
        "affects: [{version: \"<6\"}]",
        "affects: [{threaded: yes}]",
        "affects: [{system: Debian}]",
        "affects: [{implementation: go}]"
      })
  void a_row_that_is_not_understood_whole_is_refused(String affects) {
    assertThatThrownBy(() -> KnownRegressions.parse("table.yaml", table(affects)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("table.yaml:");
    // The same without what is wrong is none.
    assertThat(KnownRegressions.parse("table.yaml", table("affects: [{kernel: \"<6\"}]")).rows())
        .hasSize(1);
  }

  @Test
  void all_that_is_wrong_with_a_table_is_said_at_once() {
    String text =
        table("affects: [{kernel: \"x\"}, {release: \"a b\"}]").replace("sources: [s.s]", "");
    assertThatThrownBy(() -> KnownRegressions.parse("table.yaml", text))
        .isInstanceOfSatisfying(
            ProblemException.class, wrong -> assertThat(wrong.problems()).hasSize(3));
  }

  private static String table(String affects) {
    return """
    kind: KnownRegressions
    regressions:
      - id: one
        what: it is so
        %s
        symptom: it shows
        advice: do so
        sources: [s.s]
    """
        .formatted(affects);
  }
}
