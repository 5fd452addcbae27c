package dev.backstay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelVersionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "unknown",
      value = {
        "6.1.0-18-amd64 | Linux version 6.1.0-18-amd64 (gcc) #1 SMP Debian 6.1.76-1 (2024-02-01) | '' | 6.1.76",
        "6.8.0-117-generic | Linux version 6.8.0-117-generic #117-Ubuntu SMP | Ubuntu 6.8.0-117.117-generic 6.8.12 | 6.8.12",
        "6.8.0-117-generic | Linux version 6.8.0-117-generic #117-Ubuntu SMP | '' | unknown",
        "5.14.0-427.el9.x86_64 | Linux version 5.14.0-427.el9.x86_64 | '' | unknown",
        "6.9.7-arch1-1 | Linux version 6.9.7-arch1-1 | '' | 6.9.7",
        "6.1.176 | '' | '' | 6.1.176",
        "nonsense | nonsense | nonsense | unknown"
      })
  void a_distribution_says_somewhere_which_kernel_it_really_is(
      String release, String build, String signature, String version) {
    assertThat(KernelVersion.of(release, build, signature).orElse(null)).isEqualTo(version);
  }
}
