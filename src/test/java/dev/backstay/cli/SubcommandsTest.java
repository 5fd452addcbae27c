package dev.backstay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SubcommandsTest {
  @Test
  void a_command_that_is_named_is_the_only_one_that_is_made() {
    assertThat(Subcommands.neededFor("facts", "tag:edge").keySet()).containsExactly("facts");
  }

  @Test
  void the_version_needs_none() {
    assertThat(Subcommands.neededFor("--version")).isEmpty();
  }

  @Test
  void help_and_slips_need_all_of_them() {
    assertThat(Subcommands.neededFor()).isEqualTo(Subcommands.all());
    assertThat(Subcommands.neededFor("--help")).isEqualTo(Subcommands.all());
    assertThat(Subcommands.neededFor("fatcs")).isEqualTo(Subcommands.all());
    assertThat(Subcommands.neededFor("--json", "facts")).isEqualTo(Subcommands.all());
  }
}
