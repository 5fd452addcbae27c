package dev.backstay.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownHostsFileTest {
  @TempDir private Path folder;
  private final KnownHostsFile.Reader reader = new KnownHostsFile.Reader();
  private Path file = Path.of("");

  @BeforeEach
  void file() throws IOException {
    file = folder.resolve("known_hosts");
    Files.writeString(
        file,
        """
        # gateways
        gw1.example.com,192.0.2.1 ssh-ed25519 A
        [gw1.example.com]:2222 ssh-ed25519 B
        gw2 ssh-ed25519 C

        *.example.com ssh-ed25519 D
        |1|salt=|hash= ssh-ed25519 E
        @revoked * ssh-ed25519 F
        [2001:db8::1]:22 ssh-ed25519 G
        !gw3,gw? ssh-ed25519 H
        """);
  }

  private List<Integer> about(String host) throws IOException {
    return reader.read(file).about(host).stream().map(KnownHostsFile.Line::number).toList();
  }

  @Test
  void lines_that_name_the_host_are_found_in_whatever_form_and_on_whatever_port()
      throws IOException {
    assertThat(about("gw1.example.com")).contains(2, 3).doesNotContain(4, 9);
    assertThat(about("GW1.Example.COM")).contains(2, 3);
    assertThat(about("192.0.2.1")).contains(2).doesNotContain(3);
    assertThat(about("2001:db8::1")).contains(9).doesNotContain(2);
  }

  @Test
  void lines_whose_names_do_not_say_it_themselves_are_always_looked_at() throws IOException {
    assertThat(about("unknown")).containsExactly(6, 7, 8, 10);
  }

  @Test
  void the_order_is_that_of_the_file() throws IOException {
    assertThat(about("gw1.example.com")).containsExactly(2, 3, 6, 7, 8, 10);
  }

  @Test
  void a_file_that_changed_is_read_again() throws IOException {
    assertThat(about("gw9")).doesNotContain(1);
    FileTime before = Files.getLastModifiedTime(file);
    Files.writeString(file, "gw9 ssh-ed25519 A\n");
    assertThat(about("gw9")).containsExactly(1);
    Files.writeString(file, "gw8 ssh-ed25519 A\n");
    Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(5)));
    assertThat(about("gw9")).isEmpty();
  }

  @Test
  void a_file_that_is_not_there_holds_no_line() throws IOException {
    assertThat(reader.read(folder.resolve("none")).about("gw1")).isEmpty();
  }
}
