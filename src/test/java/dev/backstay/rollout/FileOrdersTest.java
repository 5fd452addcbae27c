package dev.backstay.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstay.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileOrdersTest {
  @TempDir private Path folder;

  private FileOrders orders() {
    return new FileOrders(folder.resolve("orders"), Time.real());
  }

  private static Event.Ordered order(OrderWord word) {
    return new Event.Ordered(word, "anna@ops", "because of " + word);
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(folder.resolve("orders"));
      Files.writeString(folder.resolve("orders").resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("orders"))) {
      return files.count();
    }
  }

  @Test
  void every_order_there_is_arrives_as_it_was_given_once() throws IOException {
    FileOrders hearing = orders();
    assertThat(hearing.fresh()).as("before there is a folder").isEmpty();
    for (OrderWord word : OrderWord.values()) {
      orders().give(order(word));
      assertThat(hearing.fresh()).containsExactly(order(word));
      hearing.kept();
      assertThat(hearing.fresh()).isEmpty();
    }
    assertThat(files()).isZero();
  }

  @Test
  void an_order_that_is_given_twice_arrives_twice_and_in_order() {
    orders().give(order(OrderWord.PAUSE));
    write(
        "99999999999999999998-b",
        "{\"event\":\"ordered\",\"order\":\"PAUSE\",\"by\":\"anna\",\"reason\":\"again\"}");
    write(
        "99999999999999999999-a",
        "{\"event\":\"ordered\",\"order\":\"CONTINUE\",\"by\":\"anna\",\"reason\":\"\"}");
    assertThat(orders().fresh())
        .extracting(Event.Ordered::order)
        .containsExactly(OrderWord.PAUSE, OrderWord.PAUSE, OrderWord.CONTINUE);
  }

  @Test
  void an_order_is_not_lost_with_a_controller_that_dies_before_it_has_written_it_down() {
    orders().give(order(OrderWord.ABORT));
    assertThat(orders().fresh()).containsExactly(order(OrderWord.ABORT));
    FileOrders next = orders();
    assertThat(next.fresh()).as("the next one hears it").containsExactly(order(OrderWord.ABORT));
    next.kept();
    assertThat(orders().fresh()).isEmpty();
  }

  @Test
  void what_is_given_while_others_are_written_down_is_not_lost() {
    FileOrders hearing = orders();
    orders().give(order(OrderWord.PAUSE));
    List<Event.Ordered> first = hearing.fresh();
    orders().give(order(OrderWord.ABORT));
    hearing.kept();
    List<Event.Ordered> heard = new ArrayList<>(first);
    heard.addAll(hearing.fresh());
    assertThat(heard).containsExactly(order(OrderWord.PAUSE), order(OrderWord.ABORT));
  }

  /** It may have been a brake. */
  @Test
  void an_order_that_cannot_be_read_pauses_and_does_not_hide_the_others() {
    for (String text :
        List.of(
            "",
            "{\"order\":",
            "null",
            "{}",
            "{\"event\":\"ordered\"}",
            "{\"event\":\"ended\"}",
            "{\"event\":\"ordered\",\"order\":\"JUMP\"}",
            "\u0000\u0001")) {
      FileOrders hearing = orders();
      write("0-damaged", text);
      orders().give(order(OrderWord.STOP));
      assertThat(hearing.fresh())
          .as(text)
          .satisfiesExactly(
              damaged -> {
                assertThat(damaged.order()).isEqualTo(OrderWord.PAUSE);
                assertThat(damaged.reason())
                    .isEqualTo("an order could not be read (0-damaged); say it again");
              },
              whole -> assertThat(whole).isEqualTo(order(OrderWord.STOP)));
      hearing.kept();
      assertThat(hearing.fresh()).isEmpty();
    }
  }

  @Test
  void what_is_still_being_written_is_no_order_yet() {
    write(".order123", "{\"ord");
    assertThat(orders().fresh()).isEmpty();
  }
}
