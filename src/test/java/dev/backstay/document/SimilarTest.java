package dev.backstay.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimilarTest {
  private static final List<String> KEYS = List.of("port", "host", "knownHosts", "tags");

  @ParameterizedTest
  @CsvSource({"prot,port", "Port,port", "hosts,host", "knownhosts,knownHosts", "tag,tags"})
  void a_slip_finds_the_word_that_was_meant(String slip, String meant) {
    assertThat(Similar.to(slip, KEYS)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"password", "xyz", "identity"})
  void another_word_finds_nothing(String word) {
    assertThat(Similar.to(word, KEYS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ab,ba,1", "abc,abc,0", "'',abc,3", "gw1,gw2,1", "kitten,sitting,3"})
  void the_distance_counts_slips_of_the_fingers(String one, String other, int slips) {
    assertThat(Similar.distance(one, other)).isEqualTo(slips);
    assertThat(Similar.distance(other, one)).isEqualTo(slips);
  }

  @Test
  void without_a_near_word_the_hint_lists_all() {
    assertThat(Similar.hint("xyz", "keys", KEYS)).isEqualTo("keys: port, host, knownHosts, tags.");
  }
}
